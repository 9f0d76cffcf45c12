import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, readFile, symlink, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { openContext } from '../../../src/builder/context.ts';
import { HELLO, NODE_FILES, open } from '../../support/builder/contexts.ts';
import { bytesOf, entriesOf, namesOf, RUNTIMES, tempFolder } from '../../support/builder/folders.ts';

describe('a build context', () => {
  it('has funko.yml first, then everything else, sorted', async () => {
    await using folder = await tempFolder({
      ...HELLO,
      '.env.example': '',
      'lib/z.js': '',
      'lib/a.js': '',
      empty: { folder: true },
    });
    const context = await open(folder);
    assert.deepEqual(context.manifest, { name: 'hello', runtime: 'node', options: {}, env: {} });
    assert.equal(context.health, '');
    assert.deepEqual(context.warnings, []);
    assert.deepEqual(await namesOf(context.tar), [
      'funko.yml',
      '.env.example',
      '.runtime/',
      ...NODE_FILES,
      'empty/',
      'index.js',
      'lib/',
      'lib/a.js',
      'lib/z.js',
    ]);
  });

  it('is the same with funko.yaml as with funko.yml, and refused with both', async () => {
    const { 'funko.yml': manifest, ...others } = HELLO;
    await using folder = await tempFolder({ ...others, 'funko.yaml': manifest });
    await using usual = await tempFolder(HELLO);
    assert.deepEqual(await bytesOf((await open(folder)).tar), await bytesOf((await open(usual)).tar));
    await writeFile(folder.at('funko.yml'), manifest);
    await assert.rejects(open(folder), {
      code: 'bad_manifest',
      message: `${folder.path}: it has funko.yml and funko.yaml; remove one of them`,
    });
  });

  it('has the same bytes for the same files, whatever their times and owners', async () => {
    await using one = await tempFolder(HELLO);
    await using two = await tempFolder(HELLO);
    await utimes(two.at('index.js'), 1, 1);
    await chmod(two.at('index.js'), 0o600);
    assert.ok((await bytesOf((await open(one)).tar)).equals(await bytesOf((await open(two)).tar)));
  });

  it('keeps modes and links, and nothing of owners', async () => {
    const modes = { secret: 0o600, fixed: 0o444, run: 0o4755, shared: 0o664, tmp: 0o1777, closed: 0o700 };
    await using folder = await tempFolder({
      ...{
        'funko.yml': 'name: own\n',
        Dockerfile: 'FROM scratch\n',
        secret: '',
        fixed: '',
        run: '',
        shared: '',
      },
      ...{ tmp: { folder: true }, closed: { folder: true }, 'lib/link': { link: '/etc/passwd' } },
    });
    for (const [name, mode] of Object.entries(modes)) await chmod(folder.at(name), mode);
    const entries = await entriesOf((await open(folder)).tar);
    const header = (name: string) =>
      entries.find((entry) => entry.header.name.replace(/\/$/, '') === name)?.header;
    const found = Object.fromEntries(Object.keys(modes).map((name) => [name, header(name)?.mode]));
    assert.deepEqual(found, modes);
    assert.deepEqual([header('lib/link')?.type, header('lib/link')?.linkname], ['symlink', '/etc/passwd']);
    for (const { header } of entries) assert.deepEqual([header.uid, header.gid], [0, 0]);
  });

  it('of a runtime is readable for the user that runs it, whatever the umask was', async () => {
    await using folder = await tempFolder({ ...HELLO, secret: '', run: '', tmp: { folder: true } });
    await chmod(folder.at('secret'), 0o600);
    await chmod(folder.at('run'), 0o4770);
    await chmod(folder.at('tmp'), 0o1777);
    const entries = await entriesOf((await open(folder)).tar);
    const mode = (name: string) => entries.find(({ header }) => header.name === name)?.header.mode;
    assert.deepEqual([mode('secret'), mode('run'), mode('tmp/')], [0o644, 0o4755, 0o1757]);
  });

  it('is read by tar itself, long and non-ASCII names included', async () => {
    const long = `${'d'.repeat(100)}/${'e'.repeat(120)}/ä😀.txt`;
    await using folder = await tempFolder({ ...HELLO, [long]: 'text' });
    await using out = await tempFolder();
    const tar = await bytesOf((await open(folder)).tar);
    execFileSync('tar', ['-x', '-C', out.path], { input: tar });
    assert.equal(await readFile(out.at(long), 'utf8'), 'text');
  });

  it('warns of a Dockerfile that copies funko.yml, which the engine does not get', async () => {
    const funko = { 'funko.yml': 'name: own\n' };
    for (const [line, warned] of [
      ['COPY funko.yml /', true],
      ['COPY --chown=1 a.txt ./funko.yml /x/', true],
      ['copy ["funko.yml", "/"]', true],
      ['COPY . .', false],
      ['COPY my-funko.yml /', false],
      ['# COPY funko.yml /', false],
    ] as const) {
      await using folder = await tempFolder({ ...funko, Dockerfile: `FROM scratch\n${line}\n` });
      const { warnings } = await open(folder);
      const expected = `${folder.at('Dockerfile')}:2: it copies funko.yml, which is settings and not sent to the engine`;
      assert.equal(
        warnings.some((warning) => warning.startsWith(expected)),
        warned,
        line,
      );
    }
  });

  it('without a runtime is the folder itself, Dockerfile and all', async () => {
    await using folder = await tempFolder({
      'funko.yml': 'name: own\n',
      Dockerfile: 'FROM scratch\n',
      'a.txt': 'a',
    });
    const context = await open(folder);
    assert.deepEqual(await namesOf(context.tar), ['funko.yml', 'Dockerfile', 'a.txt']);
    assert.equal(context.health, '');
  });
});

describe('while the tar is read', () => {
  it('a file that grew, shrank, vanished or became a link is a clear error', async () => {
    const changes: [RegExp, (file: string) => Promise<void>][] = [
      [/it changed while it was read/, (file) => appendFile(file, 'more')],
      [/it changed while it was read/, (file) => truncate(file, 1_000_000)],
    ];
    for (const [message, change] of changes) {
      await using folder = await tempFolder({ ...HELLO, 'zz.bin': Buffer.alloc(4_000_000) });
      const { tar } = await open(folder);
      const reading = async (): Promise<void> => {
        let bytes = 0;
        for await (const chunk of tar as AsyncIterable<Buffer>) {
          const before = bytes;
          bytes += chunk.length;
          if (before < 500_000 && bytes >= 500_000) await change(folder.at('zz.bin'));
        }
      };
      await assert.rejects(reading(), { code: 'bad_context', message });
    }
    await using folder = await tempFolder({ ...HELLO, 'zz.bin': 'x' });
    const vanished = await open(folder);
    await unlink(folder.at('zz.bin'));
    await assert.rejects(bytesOf(vanished.tar), {
      code: 'bad_context',
      message: /zz\.bin: it vanished while it was read/,
    });
    await writeFile(folder.at('zz.bin'), 'x');
    const linked = await open(folder);
    await unlink(folder.at('zz.bin'));
    await symlink('/etc/passwd', folder.at('zz.bin'));
    await assert.rejects(bytesOf(linked.tar), {
      code: 'bad_context',
      message: /zz\.bin: it changed while it was read/,
    });
  });

  it('no more is read than is taken, and destroying it ends the reading', async () => {
    await using folder = await tempFolder({ ...HELLO, 'big.bin': Buffer.alloc(50_000_000) });
    const { tar } = await open(folder);
    await once(tar, 'readable');
    tar.read(1);
    assert.ok(tar.readableLength < 1_000_000, String(tar.readableLength));
    tar.destroy();
    await once(tar, 'close');
  });

  it('an abort signal ends it with the reason', async () => {
    await using folder = await tempFolder({ ...HELLO, 'big.bin': Buffer.alloc(10_000_000) });
    const abort = new AbortController();
    const { tar } = await openContext({
      folder: folder.path,
      runtimesFolder: RUNTIMES,
      signal: abort.signal,
    });
    const reading = (async () => {
      for await (const chunk of tar) {
        assert.ok(chunk);
        abort.abort(new Error('enough'));
      }
    })();
    await assert.rejects(reading, { message: 'enough' });
  });
});
