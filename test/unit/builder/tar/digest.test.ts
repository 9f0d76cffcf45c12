import assert from 'node:assert/strict';
import { buffer, text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { readAhead } from '../../../../src/builder/tar/read-ahead.ts';
import { digestOf, withDigest, type AlsoCounts } from '../../../../src/builder/tar/digest.ts';

const ALSO = { health: '/ping' };

async function passed(chunks: readonly string[], also: AlsoCounts = ALSO): Promise<string> {
  let digest = '';
  const bytes = await buffer(withDigest(source(chunks), also, (value) => (digest = value)));
  assert.equal(bytes.toString(), chunks.join(''));
  return digest;
}

function source(chunks: readonly string[]): Readable {
  return Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
}

test('the digest is that of the bytes, however they come, and of what else counts', async () => {
  const digest = await passed(['abc', 'def']);
  assert.match(digest, /^[0-9a-f]{64}$/);
  assert.equal(await passed(['ab', '', 'cdef']), digest);
  assert.equal(await digestOf(source(['abcd', 'ef']), ALSO), digest);
  assert.notEqual(await passed(['abc', 'deg']), digest);
  assert.notEqual(await passed(['abc', 'def'], { health: '/alive' }), digest);
  const args = await passed(['abc', 'def'], { ...ALSO, buildArgs: { A: '1', B: '2' } });
  assert.notEqual(args, digest);
  assert.equal(await passed(['abc', 'def'], { ...ALSO, buildArgs: { B: '2', A: '1' } }), args);
});

test('what is thrown at the end breaks the stream before its last chunk', async () => {
  const received: string[] = [];
  const tar = withDigest(source(['one', 'two', 'three']), ALSO, () => {
    throw new Error('known');
  });
  await assert.rejects(async () => {
    for await (const chunk of tar) received.push(String(chunk));
  }, /known/);
  assert.ok(!received.join('').includes('three'), received.join());
});

test('a source that breaks is told with its own error, and a reader that goes away ends the source', async () => {
  const breaking = Readable.from(
    (async function* () {
      yield Buffer.from('a');
      throw await Promise.resolve(new Error('broke'));
    })(),
  );
  await assert.rejects(buffer(withDigest(breaking, ALSO, () => undefined)), /broke/);
  const endless = new Readable({ read: () => undefined });
  const closed = new Promise((resolve) => endless.once('close', resolve));
  withDigest(endless, ALSO, () => undefined).destroy();
  await closed;
});

test('what is small is read whole, what is not comes again from its first byte', async () => {
  const small = await readAhead(source(['ab', 'cd']), 4);
  assert.equal(small.all?.toString(), 'abcd');
  const large = await readAhead(source(['ab', 'cd', 'e', 'f']), 4);
  assert.ok(large.all === undefined);
  assert.equal(await text(large.rest), 'abcdef');
});
