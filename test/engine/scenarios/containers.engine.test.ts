/** What containers do, and what the route makes of it. The numbers are the scenarios' of docs/routing.md. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { ScenarioHarness } from '../../support/scenarios/scenario-harness.ts';

let world: ScenarioHarness;

before(async () => {
  world = await ScenarioHarness.start();
});

after(async () => {
  await world[Symbol.asyncDispose]();
});

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
  await using small = await ScenarioHarness.start({ subnet: `10.214.${randomInt(256)}.0/24` });
  const first = small.name('first');
  const second = small.name('second');
  const one = await small.run(first);
  await small.answers(first, 200, first);
  const format = `{{(index .NetworkSettings.Networks "${small.network}").IPAddress}}`;
  const address = await small.docker('inspect', '-f', format, one);
  await small.docker('kill', one);
  await small.run(second, { args: ['--ip', address] });
  for (let i = 0; i < 20; i += 1) {
    const answer = await small.get(`/funko/${first}/`);
    assert.equal(answer.status, 503, answer.body);
  }
  await small.answers(second, 200, second);
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
