/** Manifests that a tool or a person left with other values than usual: they build, or are refused with a sentence about them. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtOf, builtWith } from '../../support/builder/contexts.ts';

const APP = { 'index.js': '' };

it('takes a package.json whose keys have no values of theirs as if they were not there', async () => {
  const { text: plain } = await builtOf({ ...APP, 'package.json': '{}' });
  for (const manifest of [
    { scripts: null },
    { scripts: 'x' },
    { scripts: { start: 5, build: { command: 'x' }, prepare: null, '//': ['a comment'] } },
    { dependencies: null, devDependencies: null, optionalDependencies: null },
    { dependencies: '', devDependencies: [] },
    { engines: null, main: 5, module: null, workspaces: null },
  ]) {
    const { text } = await builtOf({ ...APP, 'package.json': JSON.stringify(manifest) });
    assert.equal(text, plain, JSON.stringify(manifest));
  }
});

it('takes such ones of a monorepo, e.g. those that a test of a tool needs', async () => {
  const manifest = JSON.stringify({ workspaces: ['a'], main: 'index.js' });
  for (const odd of ['null', '5', '"x"', '[]', '{ "scripts": null, "dependencies": null }', '{ "scripts": { "build": 5, "install": 5 } }']) {
    const { text } = await builtOf({ ...APP, 'package.json': manifest, 'a/package.json': odd });
    assert.match(text, /"index\.js"\]/, odd);
  }
});

it('takes words that every object of JavaScript has for words', async () => {
  const manifest = { scripts: { start: 'node index.js constructor toString' }, devDependencies: { a: '*' } };
  const { text } = await builtOf({ ...APP, 'package.json': JSON.stringify(manifest) });
  assert.match(text, /CMD .*constructor toString/);
  const { text: deno } = await builtOf({ 'main.ts': '', 'deno.json': '{ "tasks": null }' });
  assert.match(deno, /deno run -A main\.ts/);
});

it('refuses a composer.json that is no mapping, and takes keys without a value', async () => {
  const site = { 'public/index.php': '' };
  for (const text of ['null', '[]', '"x"'])
    await assert.rejects(builtWith('php', { ...site, 'composer.json': text }), {
      code: 'bad_context',
      message: /composer\.json: it must be a mapping/,
    });
  const empty = JSON.stringify({ repositories: null, config: null, require: null, extra: null });
  const lock = JSON.stringify({ packages: null });
  const { text } = await builtWith('php', { ...site, 'composer.json': empty, 'composer.lock': lock });
  assert.match(text, /composer\.sh fetch vendor/);
});

it('reads any script at once, also one that calls itself many times over', { timeout: 20_000 }, async () => {
  const calls = (name: string): string => `npm run ${name} && npm run ${name} && npm run ${name}`;
  const chain = [...Array(30).keys()].map((at) => [`s${at}`, calls(`s${at + 1}`)]);
  for (const scripts of [
    { start: `node ${'--a '.repeat(500)}!` },
    { start: `node ${'--import -a '.repeat(500)}!` },
    { start: calls('a'), a: calls('b'), b: calls('a') },
    { start: calls('s0'), ...(Object.fromEntries(chain) as object) },
  ]) {
    const { text } = await builtOf({ ...APP, 'package.json': JSON.stringify({ scripts }) });
    assert.match(text, /^CMD \["sh","-c"/m);
  }
});

it('knows the flags of node', async () => {
  const start = 'node --no-warnings -r ./a.cjs --import tsx --max-old-space-size=200 -C dev index.js';
  const { text } = await builtOf({ ...APP, 'package.json': JSON.stringify({ scripts: { start } }) });
  const flags = '"--no-warnings","-r","./a.cjs","--import","tsx","--max-old-space-size=200","-C","dev"';
  assert.ok(text.includes(`${flags},"--require","./.runtime/preload.cjs","index.js"]`), text);
});
