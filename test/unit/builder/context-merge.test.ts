import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { HELLO, NODE_FILES, open, openMine, textsOf, withRuntime } from '../../support/builder/contexts.ts';
import { namesOf, tempFolder } from '../../support/builder/folders.ts';

describe('a runtime and a funko together', () => {
  it("make one folder in which the funko's files win", async () => {
    await using folder = await withRuntime(
      {
        'Dockerfile.ejs': 'FROM <%= funko.name %>\n',
        'lib/a': 'runtime',
        'lib/b': 'runtime',
        'README.md': 'x',
        'template/t': 'x',
        'funko.yml': "a runtime's counts for nothing",
      },
      { 'lib/a': 'funko', 'view.ejs': '<%= untouched %>', 'README.md': 'mine' },
    );
    assert.deepEqual(await textsOf(folder), {
      'funko.yml': 'name: a\nruntime: mine\n',
      Dockerfile: 'FROM a\n',
      'README.md': 'mine',
      'lib/': '',
      'lib/a': 'funko',
      'lib/b': 'runtime',
      'view.ejs': '<%= untouched %>',
    });
  });

  it("do not render a template that the funko's own file replaces", async () => {
    await using folder = await withRuntime(
      { 'Dockerfile.ejs': '<%= nope %>' },
      { Dockerfile: 'FROM scratch\n' },
    );
    assert.equal((await textsOf(folder))['Dockerfile'], 'FROM scratch\n');
  });

  it('tell templates the options and which files there are', async () => {
    await using folder = await withRuntime(
      {
        'runtime.yml':
          'description: x\nhealth: /up\noptions: { n: { type: integer, default: 3, help: y } }\n',
        'Dockerfile.ejs': "<%= options.n %> <%= has('package.json') %> <%= has('lib/r') %> <%= has('no') %>",
        'lib/r': '',
      },
      { 'funko.yml': 'name: a\nruntime: mine\noptions: { n: 5 }\n', 'package.json': '{}' },
    );
    assert.equal((await textsOf(folder))['Dockerfile'], '5 true true false');
    const context = await openMine(folder);
    context.tar.destroy();
    assert.equal(context.health, '/up');
  });

  it('work the same when the runtime is given by its path', async () => {
    await using folder = await withRuntime(
      { Dockerfile: 'FROM x\n' },
      { 'funko.yml': 'name: a\nruntime: ../r/mine\n' },
    );
    assert.equal((await textsOf(folder))['Dockerfile'], 'FROM x\n');
  });

  it('need the files that the runtime says it needs', async () => {
    await using folder = await tempFolder({ 'funko.yml': 'name: hello\nruntime: crystal\n' });
    const message = `${folder.at('funko.yml')}:2:10: the runtime "crystal" needs the file app.cr; add it, or name another file with "options: { entry: … }"`;
    await assert.rejects(open(folder), { code: 'bad_context', message });
    await writeFile(
      folder.at('funko.yml'),
      'name: hello\nruntime: crystal\noptions: { entry: src/main.cr }\n',
    );
    await assert.rejects(open(folder), { code: 'bad_context', message: /needs the file src\/main\.cr/ });
  });

  it('name the line of an option that the runtime does not have or does not allow', async () => {
    await using folder = await tempFolder({
      ...HELLO,
      'funko.yml': 'name: hello\nruntime: node\noptions:\n  entri: x.js\n',
    });
    await assert.rejects(open(folder), {
      code: 'bad_manifest',
      message: `${folder.at('funko.yml')}:4:3: unknown key "entri" in options; allowed: entry, start, build, workspace, engine, build_secrets, ship_packages, devel_packages. Did you mean "entry"?`,
    });
    for (const entry of ['../x.js', '/x.js', 'x.py', 'a b.js', '"x.js\\n"', './x.js']) {
      await writeFile(folder.at('funko.yml'), `name: hello\nruntime: node\noptions: { entry: ${entry} }\n`);
      await assert.rejects(
        open(folder),
        { code: 'bad_manifest', message: /:3:19: options\.entry is .*; it must be the path/ },
        entry,
      );
    }
  });

  it('refuse a runtime with a file and a template of the same name, or without a Dockerfile', async () => {
    await using twice = await withRuntime({ Dockerfile: 'a', 'Dockerfile.ejs': 'b' }, {});
    await assert.rejects(openMine(twice), {
      code: 'bad_runtime',
      message: /both Dockerfile and Dockerfile\.ejs; remove one$/,
    });
    await using none = await withRuntime({}, {});
    await assert.rejects(openMine(none), {
      code: 'bad_runtime',
      message: /neither Dockerfile nor Dockerfile\.ejs$/,
    });
  });
});

describe('a Dockerfile beside a runtime', () => {
  it('is used in place of the runtime’s, and that is said', async () => {
    await using folder = await tempFolder({ ...HELLO, Dockerfile: 'FROM scratch\n' });
    const { warnings } = await open(folder);
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0] ?? '',
      /funko\.yml:2:10: the folder's own Dockerfile is used, and not that of the runtime node; take it away/,
    );
  });
});

describe('.dockerignore', () => {
  it('of the runtime counts where the funko has none: node_modules and .git stay at home', async () => {
    await using folder = await tempFolder({
      ...HELLO,
      'node_modules/x/i.js': '',
      '.git/HEAD': '',
      'lib/node_modules/y': '',
    });
    const { tar, warnings } = await open(folder);
    assert.deepEqual(await namesOf(tar), ['funko.yml', '.runtime/', ...NODE_FILES, 'index.js', 'lib/']);
    assert.deepEqual(warnings, []);
  });

  it('of the funko counts alone, with a warning where node_modules or .git is sent', async () => {
    await using folder = await tempFolder({
      ...HELLO,
      '.dockerignore': '*.log\n',
      'a.log': '',
      'node_modules/x': '',
    });
    const { tar, warnings } = await open(folder);
    const names = await namesOf(tar);
    assert.ok(
      names.includes('node_modules/x') && !names.includes('a.log') && !names.includes('.dockerignore'),
    );
    assert.deepEqual(warnings, [
      'node_modules/ is sent with the build context; add it to .dockerignore if that is not meant',
    ]);
  });

  it("can keep neither funko.yml nor the runtime's files at home", async () => {
    await using folder = await tempFolder({ ...HELLO, '.dockerignore': '**\n!index.js\n', 'other.js': '' });
    const names = await namesOf((await open(folder)).tar);
    assert.deepEqual(names, ['funko.yml', '.runtime/', ...NODE_FILES, 'index.js']);
  });

  it('that is wrong is an error with its line', async () => {
    await using folder = await tempFolder({ ...HELLO, '.dockerignore': 'a\n[b\n' });
    await assert.rejects(open(folder), {
      code: 'bad_context',
      message: new RegExp(`${folder.at('.dockerignore')}:2:1: "\\[b"`),
    });
  });
});
