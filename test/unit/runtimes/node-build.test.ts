/** How the runtime `node` builds a project. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtOf } from '../../support/builder/contexts.ts';
import { stepsOf } from '../../support/builder/node-steps.ts';

const WITHOUT = 'COPY .runtime/without.mjs .runtime/';
const BEGIN = 'export PATH=/funko/node_modules/.bin:$PATH && sh .runtime/ship.sh begin';
const END = 'sh .runtime/ship.sh end';
const TSC = '"devDependencies": { "typescript": "*" }';

it('builds in a stage of its own, so that a changed line of code installs and prunes nothing', async () => {
  const manifest = `{ "main": "dist/x.js", "scripts": { "build": "tsc" }, ${TSC} }`;
  assert.deepEqual(await stepsOf({ 'package.json': manifest, 'package-lock.json': '{}' }), [
    WITHOUT,
    'COPY package.json package-lock.json ./',
    'npm ci --include=dev',
    'npm prune --omit=dev --ignore-scripts',
    'COPY . .',
    `${BEGIN} && npm run build && ${END}`,
    'COPY --from=production /funko ./',
    'COPY --from=build /shipped ./',
  ]);
  const plain = await stepsOf({ 'package.json': '{ "scripts": { "build": "node make.js" } }' });
  assert.deepEqual(plain.slice(-2), ['COPY --from=dependencies /funko ./', 'COPY --from=build /shipped ./']);
});

/** The commands between `begin` and `end` of the build. */
async function builtBy(files: Record<string, string>, options = ''): Promise<string | undefined> {
  const step = (await stepsOf(files, options)).find((line) => line.includes(BEGIN));
  return step?.slice(step.indexOf(BEGIN) + BEGIN.length, -END.length - 4).replace(/^ && /, '');
}

it('builds with the script `build`, what `start` builds, or the option', async () => {
  const scripts = (text: string): string => `{ "scripts": { ${text} } }`;
  const both = scripts('"build": "tsc", "start": "npm run build && node dist/x.js"');
  const cases: [Record<string, string>, string, string | undefined][] = [
    [{ 'package.json': both }, '', 'npm run build'],
    [{ 'package.json': both, 'pnpm-lock.yaml': '' }, '', 'pnpm run build'],
    [{ 'package.json': both, 'yarn.lock': '' }, '', 'yarn run build'],
    [{ 'package.json': both, 'bun.lock': '' }, '', 'bun run build'],
    [{ 'package.json': both }, 'options: { build: tsc -p lib }\n', 'tsc -p lib'],
    [{ 'package.json': both, 'dist/x.js': '' }, 'options: { build: false }\n', undefined],
    [
      {
        'package.json': scripts('"start": "npm run build:ts && fastify start dist/a.js", "build:ts": "tsc"'),
      },
      '',
      'npm run build:ts',
    ],
    [
      { 'package.json': scripts('"prestart": "rimraf dist && tsc", "start": "node dist/a"') },
      '',
      'rimraf dist && tsc',
    ],
    [
      { 'package.json': scripts('"start": "npm run migrate && node index.js", "migrate": "knex up"') },
      '',
      undefined,
    ],
    [
      { 'package.json': scripts('"postinstall": "prisma generate", "prepare": "husky", "build": "tsc"') },
      '',
      'npm run --ignore-scripts postinstall && npm run build',
    ],
  ];
  for (const [files, options, expected] of cases)
    assert.equal(await builtBy(files, options), expected, JSON.stringify(files));
});

it('runs no script of the folder before its files are there, and none that sets up Git', async () => {
  const husky = await stepsOf({ 'package.json': '{ "scripts": { "prepare": "husky install || true" } }' });
  assert.deepEqual(husky, [
    WITHOUT,
    'COPY package.json ./',
    'node .runtime/without.mjs scripts npm install --omit=dev',
    'COPY . .',
  ]);
  const [, , install] = await stepsOf({ 'package.json': '{ "scripts": { "postinstall": "x" } }' });
  assert.equal(install, 'node .runtime/without.mjs scripts npm install --include=dev');
});

it('keeps the devDependencies in the image if what starts it is one, and says so', async () => {
  const files = {
    'package.json':
      '{ "scripts": { "start": "node --import tsx src/a.ts" }, "devDependencies": { "tsx": "*", "x": "*" } }',
    'src/a.ts': '',
  };
  assert.deepEqual(await stepsOf(files), ['COPY package.json ./', 'npm install --include=dev', 'COPY . .']);
  const { warnings } = await builtOf(files);
  assert.match(
    warnings.join(),
    /^FOLDER\/package\.json: what starts the funko needs tsx, a devDependency, so/,
  );
});
