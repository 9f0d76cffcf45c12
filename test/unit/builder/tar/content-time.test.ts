import assert from 'node:assert/strict';
import { utimes, writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { open } from '../../../support/builder/contexts.ts';
import { entriesOf, tempFolder, type TempFolder } from '../../../support/builder/folders.ts';

const LARGE = 300 * 1024;
const OWN = { 'funko.yml': 'name: own\n', Dockerfile: 'FROM scratch\n' };

async function timesOf(folder: TempFolder, withDigest = false): Promise<Record<string, number>> {
  const { tar, digest } = await open(folder);
  if (withDigest) await digest({ health: '/ping' });
  const entries = await entriesOf(tar);
  return Object.fromEntries(entries.map(({ header }) => [header.name, header.mtime.getTime()]));
}

it('the time of a file follows from its content: not from its name, its place or when it was written', async () => {
  await using folder = await tempFolder({ ...OWN, 'a.txt': 'one', 'b/c.txt': 'one', 'd.txt': 'two' });
  await utimes(folder.at('a.txt'), 1, 1);
  const times = await timesOf(folder);
  assert.equal(times['a.txt'], times['b/c.txt']);
  assert.notEqual(times['a.txt'], times['d.txt']);
  await writeFile(folder.at('a.txt'), 'two');
  assert.equal((await timesOf(folder))['a.txt'], times['d.txt']);
});

it('a thousand contents of one size have a thousand times, all after 1980 and before 1990', async () => {
  const files = Array.from({ length: 1000 }, (_, index) => [`f${index}`, String(index).padStart(4, '0')]);
  await using folder = await tempFolder({ ...OWN, ...(Object.fromEntries(files) as Record<string, string>) });
  const times = Object.values(await timesOf(folder));
  assert.ok(times.every((time) => time >= Date.UTC(1980, 0, 2) && time < Date.UTC(1990, 0)));
  assert.ok(new Set(times).size >= 1000);
});

it('large files have theirs by the same rule, whether or not the digest was taken before', async () => {
  await using folder = await tempFolder({
    ...OWN,
    ...{ one: Buffer.alloc(LARGE, 'a'), same: Buffer.alloc(LARGE, 'a'), two: Buffer.alloc(LARGE, 'b') },
  });
  const times = await timesOf(folder);
  assert.equal(times['one'], times['same']);
  assert.notEqual(times['one'], times['two']);
  assert.deepEqual(await timesOf(folder, true), times);
});

it('generated files have times too, and folders and links a fixed one', async () => {
  await using folder = await tempFolder({
    ...{
      'funko.yml': 'name: a\nruntime: node\n',
      'index.js': '',
      link: { link: 'index.js' },
      dir: { folder: true },
    },
  });
  const times = await timesOf(folder);
  assert.notEqual(times['Dockerfile'], times['.runtime/serve.mjs']);
  assert.equal(times['link'], times['dir/']);
  assert.ok((times['link'] ?? 0) >= Date.UTC(1980, 0, 2));
});
