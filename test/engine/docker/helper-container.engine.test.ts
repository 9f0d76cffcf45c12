import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { inVolume, removeIdleHelpers } from '../../../src/docker/helper-container/helper-container.ts';
import { docker, dockerQuietly } from '../../support/engine/docker-cli.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { engine, named } from '../../support/docker/engine-harness.ts';

const volumes: string[] = [];
after(async () => {
  if (volumes.length > 0) await dockerQuietly('volume', 'rm', ...volumes);
});

/** A volume of a test's own, and the name of the one helper container that it can have. */
async function volume(...flags: string[]): Promise<{ name: string; volume: string }> {
  const name = `test-${RUN}-${randomBytes(3).toString('hex')}`;
  volumes.push(name);
  await docker('volume', 'create', '--label', `faaso.test=${RUN}`, ...flags, name);
  return { name: `faaso.helper-${name}`, volume: name };
}

/** Runs a shell command in a container that has the volume at /v, read-only. */
async function look(from: { volume: string }, command: string): Promise<string> {
  const mount = ['--volume', `${from.volume}:/v:ro`];
  return docker(
    ...['run', '--rm', '--network', 'none', '--user', '4711:4711', '--label', `faaso.test=${RUN}`],
    ...[...mount, 'debian:trixie-slim', 'sh', '-c', command],
  );
}

async function helpersOf({ name }: { name: string }): Promise<string> {
  return docker('ps', '--all', '--quiet', '--filter', `name=^/${name}$`);
}

/** Reads the file again and again, and says each time what it found. A file is whole if all its bytes are the same. */
const READER = `
  const { readFileSync } = require('node:fs');
  process.stdin.on('end', () => process.exit()).resume();
  setInterval(() => {
    let found;
    try {
      const bytes = readFileSync('/v/key');
      found = bytes.length === 500000 && bytes.every((byte) => byte === bytes[0]) ? 'whole' : 'half';
    } catch (error) { found = error.code; }
    console.log(found);
  }, 0);`;

test('who reads a file while it is changed sees the old one or the new one, whole, and never none', async () => {
  const place = await volume();
  const content = (byte: number): Buffer => Buffer.alloc(500_000, byte);
  await inVolume(engine, place, async (folder) => folder.put('key', content(0)));
  const name = named('container', 'reader');
  const flags = [
    '--interactive',
    '--rm',
    '--name',
    name,
    '--network',
    'none',
    '--label',
    `faaso.test=${RUN}`,
  ];
  const mount = ['--volume', `${place.volume}:/v:ro`];
  const reader = spawn('docker', ['run', ...flags, ...mount, 'node:24-slim', 'node', '-e', READER]);
  let found = '';
  reader.stdout.on('data', (chunk: Buffer) => (found += chunk.toString()));
  await once(reader.stdout, 'data');
  await inVolume(engine, place, async (folder) => {
    for (let byte = 1; byte <= 20 || found.length < 100 * 'whole\n'.length; byte += 1)
      await folder.put('key', content(byte % 256));
  });
  reader.stdin.end();
  await once(reader, 'close');
  assert.deepEqual([...new Set(found.trim().split('\n'))], ['whole']);
});

test('whatever bytes are written are there, for every user to read, and no helper container is left', async () => {
  const place = await volume();
  const content = randomBytes(10_000);
  const names = await inVolume(engine, place, async (folder) => {
    await folder.put('b', content);
    await folder.put('a', Buffer.from('old'));
    await folder.put('a', Buffer.from('new'));
    await folder.put('c', Buffer.from('gone'));
    assert.equal(await folder.remove('c'), true);
    assert.equal(await folder.remove('c'), false);
    return folder.names();
  });
  assert.deepEqual(names, ['a', 'b']);
  const [listed, first, second] = (
    await look(place, 'ls -A /v | tr "\\n" " "; echo; cat /v/a; echo; base64 -w0 /v/b')
  ).split('\n');
  assert.deepEqual([listed, first, second], ['a b ', 'new', content.toString('base64')]);
  assert.equal(await helpersOf(place), '');
});

test('a volume that is full keeps the old file', async () => {
  const place = await volume('--opt', 'type=tmpfs', '--opt', 'device=tmpfs', '--opt', 'o=size=64k');
  // It is mounted anew for whoever comes when nobody has it.
  const keeper = named('container', 'keeper');
  const flags = ['--name', keeper, '--network', 'none', '--label', `faaso.test=${RUN}`];
  await docker(
    'run',
    '--detach',
    ...flags,
    '--volume',
    `${place.volume}:/v`,
    'debian:trixie-slim',
    'sleep',
    '60',
  );
  await inVolume(engine, place, async (folder) => folder.put('key', Buffer.from('old')));
  const full = inVolume(engine, place, async (folder) => folder.put('key', Buffer.alloc(200_000)));
  await assert.rejects(full, { code: 'engine_failed', message: /write: ENOSPC/ });
  assert.equal(await docker('exec', keeper, 'sh', '-c', 'ls -A /v; cat /v/key'), 'key\nold');
});

test('two that write into one volume wait for each other', async () => {
  const place = await volume();
  const write = async (key: string): Promise<string[]> =>
    inVolume(engine, place, async (folder) => {
      await folder.put(key, Buffer.from(key));
      return folder.names();
    });
  const both = await Promise.all([write('a'), write('b')]);
  assert.deepEqual(both.map(({ length }) => length).sort(), [1, 2]);
});

test('a helper container that was never started is in nobody’s way, and is removed', async () => {
  const place = await volume();
  const put = async (): Promise<void> =>
    inVolume(engine, place, async (folder) => folder.put('key', Buffer.from('value')));
  await put();
  const create = async (): Promise<unknown> =>
    docker(
      'create',
      '--name',
      place.name,
      '--label',
      'faaso.helper=',
      '--network',
      'none',
      'debian:trixie-slim',
    );
  await create();
  await put();
  assert.equal(await helpersOf(place), '');
  await create();
  await removeIdleHelpers(engine);
  assert.equal(await helpersOf(place), '');
});

test('when the process that writes is killed, its helper container ends by itself', async () => {
  const place = await volume();
  const script = `
    import { Engine } from '${import.meta.resolve('../../../src/docker/engine/engine.ts')}';
    import { inVolume } from '${import.meta.resolve('../../../src/docker/helper-container/helper-container.ts')}';
    const engine = new Engine({ socketPath: '/var/run/docker.sock' });
    await inVolume(engine, ${JSON.stringify(place)}, async (folder) => {
      await folder.put('key', Buffer.from('old'));
      console.log('begun');
      for (;;) await folder.put('key', Buffer.alloc(500_000));
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const container = (await helpersOf(place)).trim();
  child.kill('SIGKILL');
  await once(child, 'close');
  // It may have gone before it can be waited for.
  await docker('wait', container).catch(() => undefined);
  const names = await inVolume(engine, place, async (folder) => {
    await folder.put('key', Buffer.from('new'));
    return folder.names();
  });
  assert.deepEqual(names, ['key']);
  assert.equal(await look(place, 'ls -A /v; cat /v/key'), 'key\nnew');
  assert.equal(await helpersOf(place), '');
});
