/** Everywhere that something of a secret could be seen, each place with what is there. */
import { execFile } from 'node:child_process';
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import type { ProxyHarness } from '../engine/proxy-harness.ts';
import { SECRETS_FOLDER } from '../../../src/funko/naming/secret-names.ts';

export type Found = readonly [place: string, bytes: Buffer];

/** What a command prints, both streams; also if it fails, for things can go while they are listed. */
async function told(command: string, ...words: readonly string[]): Promise<Buffer> {
  return new Promise((resolve) => {
    execFile(command, words, { maxBuffer: 2 ** 31 - 1, encoding: 'buffer' }, (_error, stdout, stderr) => {
      resolve(Buffer.concat([stdout, stderr]));
    });
  });
}

async function docker(...words: readonly string[]): Promise<Found> {
  return [`docker ${words.slice(0, 4).join(' ')}`, await told('docker', ...words)];
}

async function listed(...words: readonly string[]): Promise<string[]> {
  const text = (await told('docker', ...words)).toString();
  return [...new Set(text.split('\n').filter((line) => line !== ''))];
}

/** Whatever the engine tells of everything it has. */
export async function engineKnows(since: string): Promise<Found[]> {
  const [containers, images, volumes, networks] = await Promise.all([
    listed('ps', '--all', '--quiet'),
    listed('image', 'ls', '--all', '--quiet'),
    listed('volume', 'ls', '--quiet'),
    listed('network', 'ls', '--quiet'),
  ]);
  const until = String(Math.ceil(Date.now() / 1000));
  return Promise.all([
    docker('container', 'inspect', ...containers),
    docker('image', 'inspect', ...images),
    docker('volume', 'inspect', ...volumes),
    docker('network', 'inspect', ...networks),
    docker('events', '--since', since, '--until', until, '--format', '{{json .}}'),
    docker('info', '--format', '{{json .}}'),
    docker('buildx', 'du', '--verbose'),
  ]);
}

/** Images as they would be handed on: their history and every byte of the layers that they do not share with `base`. */
export async function imagesHold(base: string, ...tags: readonly string[]): Promise<Found[]> {
  const histories = tags.map(async (tag) => docker('history', '--no-trunc', '--format', '{{json .}}', tag));
  const shared = new Set(await layersOf(base));
  const saved = tags.map(async (tag): Promise<Found> => {
    const layers = await layersOf(tag);
    const own = layers.findIndex((layer) => !shared.has(layer));
    return [`docker save ${tag}`, await ownBytes(tag, own)];
  });
  return Promise.all([...histories, ...saved]);
}

async function layersOf(tag: string): Promise<string[]> {
  const text = await told('docker', 'image', 'inspect', '--format', '{{json .RootFS.Layers}}', tag);
  return JSON.parse(text.toString()) as string[];
}

/** An image's archive without its first so many layers. */
async function ownBytes(tag: string, shared: number): Promise<Buffer> {
  const files = new Map<string, Buffer>();
  for await (const entry of Readable.from([await told('docker', 'save', tag)]).pipe(extract()))
    files.set(entry.header.name, await buffer(entry));
  const [manifest] = JSON.parse(files.get('manifest.json')?.toString() ?? '[]') as { Layers: string[] }[];
  const layers = manifest?.Layers ?? [];
  assert.ok(layers.length > shared, `${tag} has layers of its own`);
  for (const layer of layers.slice(0, shared)) files.delete(layer);
  return Buffer.concat([...files.values()]);
}

/** Containers: what they wrote, and what they changed in their file systems. */
export async function containersHold(...names: readonly string[]): Promise<Found[]> {
  const found = names.map(async (name) => {
    const changed = await listed('diff', name);
    const paths = changed.filter((line) => !line.startsWith('D')).map((line) => line.slice(2));
    // There the volume itself is.
    const files = paths.filter((path) => !['/run', SECRETS_FOLDER].includes(path));
    const copies = files.map(async (file) => docker('cp', `${name}:${file}`, '-'));
    return [await docker('logs', name), ...(await Promise.all(copies))];
  });
  return (await Promise.all(found)).flat();
}

/** What the proxy keeps in its volume and in memory. */
export async function proxyKeeps({ proxyName }: ProxyHarness): Promise<Found> {
  return docker('exec', proxyName, 'tar', '--create', '--one-file-system', '/data', '/tmp', '/run');
}

/** All that the admin API tells of a funko, and of all. */
export async function apiTells(stand: ProxyHarness, name: string): Promise<Found[]> {
  const own = ['', '/scale', '/logs?tail=1000', '/secrets', '/secrets/KEY', '/env'];
  const paths = [
    ...['/version', '/backends', '/metrics', '/funkos'],
    ...own.map((path) => `/funkos/${name}${path}`),
  ];
  return Promise.all(
    paths.map(async (path): Promise<Found> => {
      const answer = await stand.admin(path);
      const head = JSON.stringify([...answer.headers]);
      return [`GET /admin${path}`, Buffer.from(`${answer.status} ${head} ${await answer.text()}`)];
    }),
  );
}

/** Command lines and environments of all processes of the machine, while `work` goes on, and what the engine says of a container. */
export async function whileIt(container: string, work: Promise<unknown>): Promise<Found[]> {
  /** What was there at several looks is kept once. */
  const found = new Map<string, Buffer>();
  let over = false;
  const look = async (): Promise<void> => {
    while (!over) {
      const inspected = await told('docker', 'container', 'inspect', container);
      if (inspected.includes('"Id"')) found.set(`inspect ${container}`, inspected);
      for (const [place, bytes] of await processes())
        found.set(`${place} ${bytes.toString('latin1')}`, bytes);
    }
  };
  await Promise.all([look(), work.finally(() => (over = true))]);
  return [...found].map(([place, bytes]) => [place.split('\0', 1)[0] ?? '', bytes]);
}

async function processes(): Promise<Found[]> {
  const ids = (await readdir('/proc')).filter(
    (name) => /^[0-9]+$/.test(name) && Number(name) !== process.pid,
  );
  const files = ids.flatMap((id) => [`/proc/${id}/cmdline`, `/proc/${id}/environ`]);
  return Promise.all(
    files.map(async (file): Promise<Found> => [file, await readFile(file).catch(() => Buffer.alloc(0))]),
  );
}
