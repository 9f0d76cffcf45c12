/** The engine, and things in it that go away when a test file has ended, whatever became of its tests. */
import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { DEFAULT_SOCKET } from '../../../src/docker/engine/endpoint.ts';
import { Engine } from '../../../src/docker/engine/engine.ts';
import { docker, dockerQuietly } from '../engine/docker-cli.ts';
import { RUN } from '../engine/proxy-under-test.ts';

/** The engine that this machine's docker command talks to. */
export const engine = new Engine({ socketPath: DEFAULT_SOCKET });

/** What everything that these tests make carries. */
export const LABELS = { 'faaso.test': RUN };

const REMOVAL = { container: ['rm', '-fv'], network: ['network', 'rm'], image: ['image', 'rm', '-f'] };
const undo: (() => Promise<void>)[] = [];

after(async () => {
  for (const each of undo.reverse()) await each();
});

/** A name that nothing else has, for images with the tag `v1`; what gets it goes away in the end. */
export function named(kind: keyof typeof REMOVAL, word: string): string {
  const name = `test-${word}-${RUN}-${randomBytes(3).toString('hex')}${kind === 'image' ? ':v1' : ''}`;
  undo.push(async () => dockerQuietly(...REMOVAL[kind], name));
  return name;
}

/** A network of a test's own. */
export async function network(): Promise<string> {
  const name = named('network', 'net');
  await docker('network', 'create', '--label', `faaso.test=${RUN}`, name);
  return name;
}

/** A build context of a Dockerfile alone. */
export function dockerfile(...lines: string[]): Readable {
  const tar = pack();
  tar.entry({ name: 'Dockerfile' }, lines.join('\n'));
  tar.finalize();
  return Readable.from(tar);
}
