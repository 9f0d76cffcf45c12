/** What containers do, and what the route makes of it. The numbers are the scenarios' of docs/routing.md. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { RUN } from '../engine/proxy-under-test.ts';
import { SERVER, World } from './world.ts';

let world: World;

before(async () => {
  world = await World.start();
});

after(async () => {
  await world[Symbol.asyncDispose]();
});

/** Answers `/` only when told to by a file; listens at once. */
const HEALTHY_WHEN_TOLD = [
  ...['--health-cmd', 'test -e /tmp/healthy', '--health-interval', '200ms', '--health-retries', '1'],
  ...['--health-start-period', '60s', '--health-start-interval', '200ms'],
];

test('8: a container on two networks is reached by its address on the funkos’ network only', async () => {
  const funko = world.name('two-nets');
  const other = `${world.network}-other`;
  await world.docker('network', 'create', '--label', `faaso.test=${RUN}`, other);
  try {
    const code = `require('node:http').createServer((q, r) => r.end(q.socket.localAddress)).listen(3000)`;
    const id = await world.run(funko, { code });
    await world.docker('network', 'connect', other, id);
    const answer = await world.answers(funko, 200);
    const address = `{{(index .NetworkSettings.Networks "${world.network}").IPAddress}}`;
    const expected = await world.docker('inspect', '-f', address, id);
    assert.equal(answer.body.replace('::ffff:', ''), expected);
    await world.docker('rm', '-f', id);
  } finally {
    await world.docker('network', 'rm', other);
  }
});

test('9: a container that is connected while it runs is routed, and no more when it is disconnected', async () => {
  const funko = world.name('late');
  const id = await world.run('unnamed', {
    name: world.name('plain'),
    answer: funko,
    network: 'bridge',
  });
  assert.equal((await world.get(`/funko/${funko}/`)).status, 404);
  await world.docker('network', 'connect', '--alias', `faaso-${funko}`, world.network, id);
  await world.answers(funko, 200, funko);
  await world.docker('network', 'disconnect', world.network, id);
  await world.answers(funko, 404);
  await world.docker('rm', '-f', id);
});

test('11: an address that another container got never carries a byte meant for the first', async () => {
  const first = world.name('first');
  const second = world.name('second');
  const address = `{{(index .NetworkSettings.Networks "${world.network}").IPAddress}}`;
  const one = await world.run(first);
  await world.answers(first, 200, first);
  const before = await world.docker('inspect', '-f', address, one);
  await world.docker('kill', one);
  const two = await world.run(second);
  for (let i = 0; i < 20; i += 1) {
    const answer = await world.get(`/funko/${first}/`);
    assert.ok(!answer.body.startsWith(second), `a request for ${first} was answered by ${second}`);
  }
  await world.answers(second, 200, second);
  assert.equal((await world.get(`/funko/${first}/`)).status, 503);
  await world.docker('rm', '-f', one, two);
});

test('12: a container that crashes and is started again by the engine is routed again, whatever its address', async () => {
  const funko = world.name('crash');
  const code = `
    const http = require('node:http');
    http.createServer((q, r) => { if (q.url === '/crash') process.exit(1); r.end('pid ' + process.uptime()); }).listen(3000);
  `;
  const id = await world.run(funko, { code, args: ['--restart', 'always'] });
  await world.answers(funko, 200);
  assert.equal((await world.get(`/funko/${funko}/crash`)).status, 502);
  await world.until(`/funko/${funko}/`, ({ status }) => status === 200);
  assert.equal(await world.docker('inspect', '-f', '{{.RestartCount}}', id), '1');
  await world.docker('rm', '-f', id);
});

test('13: a recreate as Compose does it, a temporary name and then a rename, ends at the new container', async () => {
  const funko = world.name('recreate');
  const old = await world.run(funko, { answer: 'old' });
  await world.answers(funko, 200, 'old');
  const fresh = await world.run(funko, { name: `${old.slice(0, 12)}_faaso-${funko}`, answer: 'new' });
  await world.docker('rm', '-f', old);
  await world.answers(funko, 404);
  await world.docker('rename', fresh, `faaso-${funko}`);
  await world.answers(funko, 200, 'new');
  await world.docker('rm', '-f', fresh);
});

test('14: a container that is gone before it can be inspected is no error', async () => {
  const funko = world.name('brief');
  const logBefore = world.log.length;
  const brief = [
    'run',
    '--rm',
    '--name',
    `faaso-${funko}`,
    '--network',
    world.network,
    'node:24-slim',
    'true',
  ];
  await world.docker(...brief);
  await world.docker(...brief);
  await world.answers(funko, 404);
  assert.equal(world.log.slice(logBefore), '');
});

test('15 and 16: a health check that is starting takes no traffic, unhealthy is 503 and not 404', async () => {
  const funko = world.name('health');
  const id = await world.run(funko, { args: HEALTHY_WHEN_TOLD });
  await world.answers(funko, 503);
  await world.docker('exec', id, 'touch', '/tmp/healthy');
  await world.answers(funko, 200, funko);
  await world.docker('exec', id, 'rm', '/tmp/healthy');
  const answer = await world.answers(funko, 503);
  assert.ok(Number(answer.headers.get('retry-after')) > 0);
  assert.equal((JSON.parse(answer.body) as { code: string }).code, 'no_instance');
  await world.docker('rm', '-f', id);
});

test('17: a paused container leaves no request hanging, and answers again when it goes on', async () => {
  const funko = world.name('pause');
  const id = await world.run(funko);
  await world.answers(funko, 200);
  await world.docker('pause', id);
  await world.answers(funko, 503);
  assert.equal((await world.get(`/funko/${funko}/`)).status, 503);
  await world.docker('unpause', id);
  await world.answers(funko, 200);
  await world.docker('rm', '-f', id);
});

test('18: between SIGTERM and the exit no new request arrives, and what runs is finished', async () => {
  const funko = world.name('term');
  const code = `
    const http = require('node:http');
    let terminating = false;
    process.on('SIGTERM', () => { terminating = true; });
    http.createServer((q, r) => {
      if (q.url === '/slow') { r.write('begun '); setInterval(() => { if (terminating) { r.end('finished'); } }, 10); return; }
      r.end(terminating ? 'late' : 'early');
    }).listen(3000);
  `;
  const id = await world.run(funko, { code });
  await world.answers(funko, 200, 'early');
  const slow = await fetch(`${world.url}/funko/${funko}/slow`);
  const stopped = world.docker('stop', '-t', '2', id);
  const answer = await world.until(`/funko/${funko}/`, ({ status, body }) => {
    assert.notEqual(body, 'late');
    return status === 503;
  });
  assert.equal(answer.status, 503);
  assert.equal(await slow.text(), 'begun finished');
  await stopped;
  await world.docker('rm', '-f', id);
});

test('19: a container that runs but does not listen yet gets no request until it does', async () => {
  const funko = world.name('slow-start');
  const code = `
    const { existsSync } = require('node:fs');
    const http = require('node:http');
    const wait = setInterval(() => {
      if (!existsSync('/tmp/go')) return;
      clearInterval(wait);
      http.createServer((q, r) => r.end('up')).listen(3000);
    }, 10);
  `;
  const id = await world.run(funko, { code });
  await world.answers(funko, 503);
  await world.docker('exec', id, 'touch', '/tmp/go');
  const first = await world.until(`/funko/${funko}/`, ({ status }) => status !== 503);
  assert.equal(first.status, 200, 'the first request that is not refused is answered');
  await world.docker('rm', '-f', id);
});

test('20: in the gap of a recreate the funko is 503 or 404, never a wrong answer, and then the new one', async () => {
  const funko = world.name('gap');
  const old = await world.run(funko, { answer: 'old' });
  await world.answers(funko, 200, 'old');
  const seen = new Set<string>();
  const recreated = world.docker('rm', '-f', old).then(() => world.run(funko, { answer: 'new' }));
  await world.until(`/funko/${funko}/`, ({ status, body }) => {
    seen.add(status === 200 ? (body.split(' ')[0] ?? '') : String(status));
    return body.startsWith('new');
  });
  for (const outcome of seen) assert.ok(['old', 'new', '404', '503', '502'].includes(outcome), outcome);
  await world.docker('rm', '-f', await recreated);
});

test('21: an unrelated event does not cut a WebSocket', async () => {
  const funko = world.name('socket');
  const code = `
    const { createHash } = require('node:crypto');
    require('node:http').createServer((q, r) => r.end('x')).on('upgrade', (q, s) => {
      const key = createHash('sha1').update(q.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
      s.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ' + key + '\\r\\n\\r\\n');
      s.pipe(s);
    }).listen(3000);
  `;
  const id = await world.run(funko, { code });
  await world.answers(funko, 200);
  const socket = await upgrade(world, funko);
  const other = world.name('other');
  const otherId = await world.run(other);
  await world.answers(other, 200);
  await world.docker('rm', '-f', otherId);
  await world.answers(other, 404);
  socket.write('still here');
  const [echo] = (await once(socket, 'data')) as [Buffer];
  assert.equal(echo.toString(), 'still here');
  socket.destroy();
  await world.docker('rm', '-f', id);
});

test('22: a restart loop touches its own route only', async () => {
  const steady = world.name('steady');
  const looping = world.name('looping');
  const id = await world.run(steady);
  await world.answers(steady, 200);
  const loop = await world.run(looping, { code: 'process.exit(1)', args: ['--restart', 'always'] });
  await world.until(`/funko/${looping}/`, ({ status }) => status === 503);
  for (let i = 0; i < 100; i += 1) assert.equal((await world.get(`/funko/${steady}/`)).status, 200);
  await world.docker('rm', '-f', id, loop);
});

test('24: a missing name is never served by another funko', async () => {
  const funko = world.name('present');
  const id = await world.run(funko);
  await world.answers(funko, 200);
  for (const name of [
    `${funko}x`,
    funko.slice(0, -1),
    `${funko}.1`,
    `${funko}-`,
    funko.toUpperCase(),
    'proxy',
  ]) {
    assert.equal((await world.get(`/funko/${name}/`)).status, 404, `/funko/${name}/`);
  }
  await world.docker('rm', '-f', id);
});

test('26: when the last instance of a funko goes, its name goes; with another instance it stays', async () => {
  const funko = world.name('last');
  const one = await world.run(funko, { name: `faaso-${funko}.1`, answer: 'one' });
  const two = await world.run(funko, { name: `faaso-${funko}.2`, answer: 'two' });
  await world.answers(funko, 200, 'one');
  await world.answers(funko, 200, 'two');
  await world.docker('rm', '-f', one);
  await world.answers(funko, 200, 'two');
  await world.docker('rm', '-f', two);
  await world.answers(funko, 404);
});

test('a container that is almost a funko is shown with the reason and the command that mends it', async () => {
  const funko = world.name('almost');
  const id = await world.run(funko, { code: SERVER });
  await world.answers(funko, 200);
  await world.docker('network', 'disconnect', world.network, id);
  await world.answers(funko, 503);
  const shown = JSON.stringify(await world.admin('backends'));
  assert.match(shown, /misplaced/);
  assert.match(shown, new RegExp(`docker network connect .*${world.network}`));
  await world.docker('network', 'connect', world.network, id);
  await world.answers(funko, 200);
  await world.docker('rm', '-f', id);
});

async function upgrade(of: World, funko: string): Promise<Socket> {
  const { hostname, port } = new URL(of.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET /funko/${funko}/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const [head] = (await once(socket, 'data')) as [Buffer];
  assert.match(head.toString(), /^HTTP\/1\.1 101 /);
  return socket;
}
