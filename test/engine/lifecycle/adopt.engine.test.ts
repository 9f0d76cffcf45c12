import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ServerFunkos } from '../../../src/client/server-funkos.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';

let stand: ProxyHarness;
let funkos: ServerFunkos;
before(async () => {
  stand = await startProxyHarness();
  funkos = new ServerFunkos({ url: stand.url, token: stand.token });
});
after(async () => stand[Symbol.asyncDispose]());

async function aliases(container: string): Promise<string[]> {
  const template = `{{json (index .NetworkSettings.Networks "${stand.network}").Aliases}}`;
  return JSON.parse(await docker('inspect', '--format', template, container)) as string[];
}

test('a container is adopted without a restart, released, and adopted again', async () => {
  const name = stand.name('adopted');
  const container = `mine-${name}`;
  await stand.serve(container, `response.end('mine')`, { network: 'none' });
  const started = await docker('inspect', '--format', '{{.State.StartedAt}}', container);
  for (let round = 1; round <= 2; round += 1) {
    const adopted = await funkos.adopt({ container, name });
    assert.deepEqual(adopted, { funko: name, container, network: stand.network, unchanged: false });
    await stand.until(`/funko/${name}/`, (status, body) => status === 200 && body === 'mine');
    assert.equal((await funkos.adopt({ container, name })).unchanged, true);
    assert.deepEqual(await funkos.release(round === 1 ? name : container), { released: [container] });
    await stand.until(`/funko/${name}/`, (status) => status === 404);
  }
  assert.equal(await docker('inspect', '--format', '{{.State.StartedAt}}', container), started);
});

test('one that is on the network already keeps its aliases, and can be of two funkos', async () => {
  const [first, second] = [stand.name('first'), stand.name('second')];
  const container = `mine-${first}`;
  await stand.serve(container, `response.end('both')`, { flags: ['--network-alias', 'cache'] });
  await funkos.adopt({ container, name: first });
  await funkos.adopt({ container, name: second });
  const wanted = ['cache', `faaso-${first}`, `faaso-${second}`];
  const there = await aliases(container);
  assert.ok(
    wanted.every((alias) => there.includes(alias)),
    there.join(' '),
  );
  for (const name of [first, second]) await stand.until(`/funko/${name}/`, (status) => status === 200);
});

test('what is the beginning of a container’s id is still a funko’s name', async () => {
  const id = await stand.serve(`mine-${stand.name('id')}`, `response.end('mine')`);
  const name = id.slice(0, 8);
  await funkos.adopt({ container: id, name });
  const other = `other-${stand.name('id')}`;
  await stand.serve(other, `response.end('other')`);
  await funkos.adopt({ container: other, name });
  assert.equal((await funkos.release(name)).released.length, 2);
});

test('a request in flight is answered before its container is let go', async () => {
  const name = stand.name('slow');
  await stand.serve(`faaso-${name}`, `setTimeout(() => response.end('in time'), 1000)`);
  await stand.until(`/funko/${name}/`, (status) => status === 200);
  const asked = stand.fetch(`/funko/${name}/`);
  const inFlight = async (): Promise<number | null | undefined> =>
    (await funkos.show(name)).instances[0]?.inFlight;
  while ((await inFlight()) === 0);
  await funkos.release(name);
  assert.equal(await (await asked).text(), 'in time');
  await stand.until(`/funko/${name}/`, (status) => status === 503);
});

test('what can’t be adopted or released is refused, with what to do', async () => {
  const name = stand.name('refused');
  await assert.rejects(funkos.adopt({ container: 'no-such-container', name }), { code: 'not_found' });
  await assert.rejects(funkos.adopt({ container: stand.proxyName, name }), {
    code: 'conflict',
    message: /is a proxy/,
  });
  await assert.rejects(funkos.adopt({ container: stand.proxyName, name: 'No_Name' }), { code: 'bad_name' });
  const shared = `shared-${name}`;
  await stand.run({ name: shared, network: `container:${stand.proxyName}`, command: ['sleep', '600'] });
  await assert.rejects(funkos.adopt({ container: shared, name }), {
    code: 'conflict',
    message: /shares another container's network.*docker run/,
  });
  await assert.rejects(funkos.release(shared), { code: 'conflict', message: /not a funko's instance/ });
  await assert.rejects(funkos.release(name), { code: 'not_found' });

  const labels = ['--label', `faaso.funko=${name}`, '--label', 'faaso.version=v3'];
  await stand.serve(`faaso-${name}.1`, `response.end()`, { flags: labels });
  await stand.until(`/funko/${name}/`, (status) => status === 200);
  await stand.serve(`faaso-${name}_v3.1`, `response.end()`, { flags: labels });
  await stand.until(`/funko/${name}@v3/`, (status) => status === 200);
  for (const word of [name, `faaso-${name}.1`, `${name}@v3`, `faaso-${name}_v3.1`])
    await assert.rejects(funkos.release(word), { code: 'conflict', message: /faaso down/ });
  await assert.rejects(funkos.adopt({ container: `faaso-${name}.1`, name: stand.name('other') }), {
    code: 'conflict',
    message: /started by FaaSO/,
  });
});

test('a container that does not run is refused with the command that fixes it', async () => {
  const name = stand.name('halted');
  const container = `mine-${name}`;
  await stand.serve(container, `response.end('mine')`, { network: 'none' });
  await docker('pause', container);
  await assert.rejects(funkos.adopt({ container, name }), {
    code: 'conflict',
    message: `Only a container that runs can be adopted, and ${container} does not: it is paused. First: docker unpause ${container}`,
  });
  await docker('unpause', container);
  await docker('kill', container);
  await assert.rejects(funkos.adopt({ container, name }), {
    code: 'conflict',
    message: /it ended with exit code 137\. First: docker start mine-/,
  });
  assert.equal(
    await docker('inspect', '--format', '{{json .NetworkSettings.Networks.none.Aliases}}', container),
    'null',
  );
});
