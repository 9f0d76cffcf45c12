import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtWith, open } from '../../support/builder/contexts.ts';
import { namesOf, RUNTIMES, tempFolder } from '../../support/builder/folders.ts';

const SITE = {
  'package.json': '{ "scripts": { "build": "vite build", "start": "vite" } }',
  'index.html': '',
};
const BY_NODE = 'build: { runtime: node }\n';

async function refusal(files: Record<string, string>, settings = ''): Promise<string> {
  const { message } = await builtWith('static', files, settings).then(
    () => assert.fail('it was built'),
    (error: unknown) => error as Error,
  );
  return message;
}

it('serves the first folder that has an index.html', async () => {
  const rootOf = async (files: Record<string, string>, settings = ''): Promise<string | undefined> =>
    /^COPY (\S+) site$/m.exec((await builtWith('static', files, settings)).text)?.[1];
  assert.equal(await rootOf({ 'index.html': '', 'public/style.css': '' }), '.');
  assert.equal(await rootOf({ 'index.html': '', 'dist/index.html': '', 'public/index.html': '' }), 'public');
  assert.equal(await rootOf({ 'docs/index.html': '' }), 'docs');
  assert.equal(await rootOf({ 'web/home.htm': '' }, 'options: { root: web, index: home.htm }\n'), 'web');
  assert.equal(await rootOf({ 'web/a.txt': '' }, "options: { root: web, index: '' }\n"), 'web');
});

it('refuses a site without a first page, and says what there is', async () => {
  assert.match(
    await refusal({ 'public/style.css': '', 'web/index.html': '' }),
    /funko\.yml: the runtime "static" has nothing to show: there is no index\.html in public, .* or the folder itself; there is web\/index\.html: name its folder with "options: \{ root: … \}"; for files/,
  );
  const unbuilt = await refusal({ ...SITE, 'public/a.css': '' }, 'options: { root: public }\n');
  assert.match(unbuilt, /no index\.html in public; if npm makes the site: "build: \{ runtime: node \}"/);
});

it("builds with another runtime's stage, of which the image gets the site alone", async () => {
  const { text, warnings } = await builtWith('static', SITE, `${BY_NODE}options: { fallback: index.html }\n`);
  const stages = text.split(/^FROM /m).slice(1);
  assert.deepEqual(
    stages.map((stage) => stage.split('\n', 1)[0]),
    [
      'node:24-slim AS base',
      'base AS dependencies',
      'dependencies AS build',
      'build AS prepared',
      'debian:trixie-slim',
    ],
  );
  assert.match(text, /--include=dev/);
  assert.match(stages[2] ?? '', /&& npm run build$/m);
  assert.match(stages[3] ?? '', /FALLBACK='index\.html' sh \/run\/prepare\.sh 'dist .* public'$/m);
  assert.match(stages[4] ?? '', /^COPY --from=prepared \/prepared site$/m);
  assert.deepEqual(warnings, []);
  await using folder = await tempFolder({
    ...SITE,
    'funko.yml': `name: a\nruntime: static\n${BY_NODE}`,
    'node_modules/vite/index.js': '',
  });
  const names = await namesOf((await open(folder)).tar);
  for (const name of ['.runtime/nginx.conf', '.runtime/without.mjs', 'index.html'])
    assert.ok(names.includes(name), name);
  assert.ok(!names.some((name) => name.startsWith('node_modules')));
});

it('takes options of the runtime that builds, and names the line of a wrong one', async () => {
  const named = 'build: { runtime: node, options: { build: npm run docs, devel_packages: [git] } }\n';
  const { text } = await builtWith('static', SITE, `${named}options: { root: out }\n`);
  assert.match(text, /&& npm run docs$/m);
  assert.match(text, /install .* git$/m);
  assert.match(text, /prepare\.sh 'out'$/m);
  const wrong = await refusal(SITE, 'build:\n  runtime: node\n  options: { biuld: x }\n');
  assert.match(wrong, /funko\.yml:5:14: unknown .*"biuld".*build/);
});

const REFUSED: readonly (readonly [settings: string, files: Record<string, string>, message: RegExp])[] = [
  [
    `${BY_NODE}options: { build: npm run x }\n`,
    SITE,
    /a command goes there, too: "build: \{ runtime: …, options/,
  ],
  [`${BY_NODE}options: { devel_packages: [git] }\n`, SITE, /devel_packages go there, too/],
  ['build: { runtime: nodee }\n', SITE, /funko\.yml:3:19: there is no runtime "nodee".*node/],
  ['build: { runtime: shell }\n', SITE, /funko\.yml:3:19: .*"shell" can't build for another one/],
  ['build: npm run build\n', SITE, /build.* must be a mapping with "runtime"; a command is an option/],
  [
    BY_NODE,
    { 'index.html': '' },
    /build\.runtime is node, but nothing builds: there is no package\.json; add it/,
  ],
  [
    BY_NODE,
    { 'package.json': '{}' },
    /nothing builds: package\.json has no script "build"; add it, or name a command/,
  ],
];

for (const [settings, files, message] of REFUSED) {
  it(`refuses ${JSON.stringify(settings)} with ${Object.keys(files).join(', ')}`, async () => {
    assert.match(await refusal(files, settings), message);
  });
}

it('refuses a build where nothing takes what it makes', async () => {
  await assert.rejects(builtWith('shell', { ...SITE, 'main.sh': '' }, BY_NODE), {
    code: 'bad_manifest',
    message: /funko\.yml:3:1: the runtime "shell" builds by itself and takes no "build"/,
  });
  await using folder = await tempFolder({ 'funko.yml': `name: a\n${BY_NODE}`, Dockerfile: 'FROM x\n' });
  await assert.rejects(open(folder, RUNTIMES), { message: /funko\.yml:2:1: "build" needs a runtime/ });
});
