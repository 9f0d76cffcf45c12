import assert from 'node:assert/strict';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { newHome, type Home } from '../../../support/cli/faaso.ts';

/** A home with a runtime whose helpers, template and Dockerfile leave a file when they run, and with a funko of it. */
async function homeWith(environment: Record<string, string> = {}): Promise<Home> {
  const home = await newHome(environment);
  const run = `process.getBuiltinModule('node:fs').appendFileSync(${JSON.stringify(home.path('ran'))}, 'x');`;
  await mkdir(home.path('own/mine/template'), { recursive: true });
  await mkdir(home.path('demo'));
  const files = {
    'own/mine/runtime.yml': 'description: Mine\ndetect: [{ file: a.txt, priority: 50 }]\n',
    'own/mine/helpers.mjs': `${run} export default () => ({});\n`,
    'own/mine/Dockerfile.ejs': `<% ${run} -%>\nFROM scratch\n`,
    'own/mine/template/funko.yml.ejs': `<% ${run} -%>\nname: <%= funko.name %>\nruntime: <%= runtime %>\n`,
    'demo/funko.yml': 'name: demo\nruntime: ../own/mine\n',
  };
  for (const [path, text] of Object.entries(files)) await writeFile(home.path(path), text);
  return home;
}

async function hasRun(home: Home): Promise<boolean> {
  const ran = await readFile(home.path('ran'), 'utf8').catch(() => '');
  await rm(home.path('ran'), { force: true });
  return ran !== '';
}

it('runs nothing of a runtime that a path names before it is trusted, in no command, and says how to', async () => {
  await using home = await homeWith();
  await mkdir(home.path('code'));
  await writeFile(home.path('code/a.txt'), '');
  for (const words of [
    ['export', 'demo', 'out'],
    ['build', 'demo', '--local'],
    ['deploy', 'demo', '--local'],
    ['dev', 'demo'],
    ['new', 'fresh', '-r', './own/mine'],
    ['init', 'code', '-r', './own/mine'],
  ]) {
    const { status, stderr } = await home.faaso(words);
    assert.notEqual(status, 0, words.join(' '));
    assert.match(
      stderr,
      /own\/mine is not trusted yet\. Its templates and its helpers\.mjs run on this machine/,
      words.join(' '),
    );
    assert.match(stderr, /faaso runtimes trust own\/mine \(or use --trust-runtime\)/);
    assert.ok(!(await hasRun(home)), words.join(' '));
  }
});

it('runs one that is trusted, until its content changes', async () => {
  await using home = await homeWith();
  assert.equal((await home.faaso(['runtimes', 'trust', 'own/mine'])).status, 0);
  assert.ok(!(await hasRun(home)));
  assert.equal((await stat(home.path('.config/faaso/config.json'))).mode & 0o777, 0o600);
  assert.equal((await home.faaso(['export', 'demo', 'one'])).status, 0);
  assert.ok(await hasRun(home));
  await writeFile(home.path('own/mine/helpers-other.mjs'), '');
  const { status, stderr } = await home.faaso(['export', 'demo', 'two']);
  assert.equal(status, 1);
  assert.match(stderr, /own\/mine has changed since it was trusted/);
  assert.ok(!(await hasRun(home)));
  assert.equal((await home.faaso(['export', '--trust-runtime', 'demo', 'two'])).status, 0);
  assert.equal((await home.faaso(['export', 'demo', 'three'])).status, 0);
});

it('asks on a terminal, and takes no for an answer', async () => {
  await using home = await homeWith();
  for (const [answer, status] of [
    ['n', 1],
    ['y', 0],
  ] as const) {
    const child = home.startOnTerminal(['export', 'demo', 'out']);
    child.stdin.write(`${answer}\n`);
    let text = '';
    for await (const chunk of child.stdout) text += String(chunk);
    assert.match(text, /is not trusted yet\. .*Trust it\? \[y\/N\]/s);
    assert.equal(await hasRun(home), status === 0);
  }
  assert.equal((await home.faaso(['export', 'demo', 'again'])).status, 0);
});

it('trusts those of the folder that FAASO_RUNTIMES names, and no other', async () => {
  await using home = await homeWith({ FAASO_RUNTIMES: 'own' });
  assert.equal((await home.faaso(['export', 'demo', 'out'])).status, 0);
  assert.ok(await hasRun(home));
  await mkdir(home.path('other'));
  await writeFile(home.path('other/runtime.yml'), 'description: x\n');
  await writeFile(home.path('demo/funko.yml'), 'name: demo\nruntime: ../other\n');
  assert.match((await home.faaso(['export', 'demo', 'more'])).stderr, /other is not trusted yet/);
});
