/** What an image of the runtime `node` starts. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtOf } from '../../support/builder/contexts.ts';

/** What the image runs. */
async function commandOf(files: Record<string, string>, options = ''): Promise<string[]> {
  const { text } = await builtOf(files, options);
  const words = JSON.parse(/^CMD (.*)$/m.exec(text)?.[1] ?? '') as string[];
  return words.filter((word) => !/^(--disable-warning=.*|--require|.*preload\.cjs)$/.test(word));
}

it('starts what the project says, else the usual file', async () => {
  const cases: [Record<string, string>, string, string[]][] = [
    [{ 'index.js': '' }, '', ['node', 'index.js']],
    [{ 'app.js': '', 'server.mjs': '' }, '', ['node', 'server.mjs']],
    [{ 'lib/x.js': '', 'index.js': '', 'package.json': '{ "main": "./lib/x" }' }, '', ['node', 'lib/x.js']],
    [{ 'lib/index.js': '', 'package.json': '{ "main": "lib" }' }, '', ['node', 'lib/index.js']],
    [{ 'app.js': '', 'package.json': '{ "main": "index.js" }' }, '', ['node', 'app.js']],
    [
      { 'bin/www': '', 'package.json': '{ "scripts": { "start": "node ./bin/www" } }' },
      '',
      ['node', 'bin/www'],
    ],
    [
      {
        'a.js': '',
        'package.json': '{ "scripts": { "start": "npm run go", "go": "node --stack-size=2000 a" } }',
      },
      '',
      ['node', '--stack-size=2000', 'a.js'],
    ],
    [
      { 'package.json': '{ "scripts": { "start": "fastify start app.js" } }' },
      '',
      ['sh', '-c', 'exec fastify start app.js'],
    ],
    [
      { 'a.js': '', 'package.json': '{ "scripts": { "start": "node a.js", "prestart": "echo" } }' },
      '',
      ['sh', '-c', 'echo && exec node a.js'],
    ],
    [
      {
        'package.json':
          '{ "scripts": { "build": "nest build", "start": "nest start", "start:prod": "node dist/main" } }',
      },
      '',
      ['node', 'dist/main'],
    ],
    [
      { 'a.js': '', 'package.json': '{ "scripts": { "start": "cross-env A=1 nodemon a.js" } }' },
      '',
      ['env', 'A=1', 'node', 'a.js'],
    ],
    [
      {
        'a.js': '',
        'package.json': '{ "scripts": { "start": "node -r dotenv/config --env-file=.env a.js" } }',
      },
      '',
      ['node', '-r', 'dotenv/config', '--env-file-if-exists=.env', 'a.js'],
    ],
    [
      {
        'package.json':
          '{ "scripts": { "start": "yarn build && yarn serve", "build": "x", "serve": "remix-serve b" } }',
      },
      '',
      ['sh', '-c', 'exec remix-serve b'],
    ],
    [
      { 'package.json': '{ "scripts": { "start": "a; b", "prestart": "knex up && c" } }' },
      '',
      ['sh', '-c', 'knex up && c && { a; b; }'],
    ],
    [
      { 'src/index.ts': '', 'package.json': '{ "main": "index.js", "scripts": { "build": "tsc" } }' },
      '',
      ['node', 'src/index.ts'],
    ],
    [
      { 'index.ts': '', 'package.json': '{ "main": "dist/x.js", "scripts": { "build": "tsc" } }' },
      '',
      ['node', 'dist/x.js'],
    ],
    [{ 'a.js': '', 'package.json': '{ "scripts": { "start": "x" } }' }, 'entry: a.js', ['node', 'a.js']],
    [{ 'index.js': '' }, 'start: node index.js $X', ['sh', '-c', 'exec node index.js $X']],
    [{}, 'start: "A=1 b; c"', ['sh', '-c', 'A=1 b; c']],
    [{}, 'start: A=1 b c', ['sh', '-c', 'A=1 exec b c']],
    [{}, 'start: [deno, run]', ['deno', 'run']],
    [{}, 'entry: dist/main.js, build: tsc', ['node', 'dist/main.js']],
  ];
  for (const [files, options, words] of cases)
    assert.deepEqual(await commandOf(files, `options: { ${options} }\n`), words);
});

it('says what it can not start', async () => {
  await assert.rejects(builtOf({}), {
    code: 'bad_context',
    message: /funko\.yml: the runtime "node" finds nothing to start: /,
  });
  await assert.rejects(builtOf({}, 'options: { entry: a.js }'), {
    message: /options\.entry names the file a\.js, which is not there/,
  });
  await assert.rejects(builtOf({}, 'options: { entry: a.js, start: b }'), {
    message: /are both set; remove one/,
  });
});

it('leaves out what stands between the shell and the program', async () => {
  const tsx = { devDependencies: { tsx: '*' } };
  const cases: [string, Record<string, unknown>, string[]][] = [
    ['npx tsx a.ts', tsx, ['sh', '-c', 'exec tsx a.ts']],
    ['npx --yes serve dist', {}, ['sh', '-c', 'exec npx --yes serve dist']],
    ['pnpm exec tsx a.ts', tsx, ['sh', '-c', 'exec tsx a.ts']],
    ['yarn tsx a.ts', tsx, ['sh', '-c', 'exec tsx a.ts']],
    ['yarn node a.js', {}, ['node', 'a.js']],
    ['run-s build serve', { scripts: { build: 'tsc', serve: 'node a.js' } }, ['node', 'a.js']],
    ['node --env-file .env a.js', {}, ['node', '--env-file-if-exists', '.env', 'a.js']],
  ];
  for (const [start, { scripts, ...more }, words] of cases) {
    const manifest = { ...more, scripts: { ...(scripts as object | undefined), start } };
    assert.deepEqual(await commandOf({ 'a.js': '', 'package.json': JSON.stringify(manifest) }), words, start);
  }
});
