/** When a container takes traffic, and when it does not. The numbers are the scenarios' of docs/routing.md. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { SERVER, ScenarioHarness } from '../../support/scenarios/scenario-harness.ts';

let world: ScenarioHarness;

before(async () => {
  world = await ScenarioHarness.start();
});

after(async () => {
  await world[Symbol.asyncDispose]();
});

/** Answers `/` only when told to by a file; listens at once. */
const HEALTHY_WHEN_TOLD = [
  ...['--health-cmd', 'test -e /tmp/healthy', '--health-interval', '200ms', '--health-retries', '1'],
  ...['--health-start-period', '60s', '--health-start-interval', '200ms'],
];

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

test('a container that is almost a funko is shown with the reason and the command that fixes it', async () => {
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

async function upgrade(of: ScenarioHarness, funko: string): Promise<Socket> {
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
