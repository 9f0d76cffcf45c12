/** Which engine runs a funko of the runtime `node`: Node.js, Bun or Deno. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtOf } from '../../support/builder/contexts.ts';

/** The engine that is installed, `node` for none, and the words of the image's command. */
async function engineOf(files: Record<string, string>, options = ''): Promise<[string, string]> {
  const { text } = await builtOf(files, options);
  const installed = / ((?:bun|deno)@[\d.]+)\n(?=RUN mkdir \/engine)/.exec(text)?.[1] ?? 'node';
  const command = JSON.parse(/^CMD (.*)$/m.exec(text)?.[1] ?? '') as string[];
  return [installed.replace(/@[\d.]*$/, (version) => (options === '' ? '' : version)), command.at(-1) ?? ''];
}

const scripts = (texts: Record<string, string>, more: Record<string, unknown> = {}): string =>
  JSON.stringify({ scripts: texts, ...more });

it('takes the engine that the start names, else that of files that only one has', async () => {
  const types = { devDependencies: { '@types/bun': 'latest' } };
  const cases: [Record<string, string>, string, string][] = [
    [{ 'package.json': '{}', 'index.ts': '' }, 'node', 'index.ts'],
    [{ 'package.json': scripts({ start: 'bun run src/a.ts' }) }, 'bun', 'exec bun run src/a.ts'],
    [{ 'package.json': scripts({ dev: 'bun run --hot src/a.ts' }, types) }, 'bun', 'exec bun run src/a.ts'],
    [{ 'package.json': JSON.stringify({ module: 'a.ts', ...types }), 'a.ts': '' }, 'bun', 'a.ts'],
    [{ 'package.json': '{}', 'bun.lock': '', 'server.tsx': '' }, 'bun', 'server.tsx'],
    [{ 'package.json': scripts({ start: 'node a.js' }), 'bun.lock': '', 'a.js': '' }, 'node', 'a.js'],
    [{ 'package.json': scripts({ start: 'next start' }, types), 'bun.lock': '' }, 'node', 'exec next start'],
    [
      { 'deno.json': '{ "tasks": { "start": "deno run --allow-net main.ts" }, }', 'main.ts': '' },
      'deno',
      'DENO_SERVE_ADDRESS=tcp:0.0.0.0:3000 exec deno run --allow-net main.ts',
    ],
    [
      {
        'deno.jsonc': '{ // dev\n "tasks": { "dev": { "command": "deno serve --watch -R main.ts" } } }',
        'main.ts': '',
      },
      'deno',
      'exec deno serve --host 0.0.0.0 --port 3000 -R main.ts',
    ],
    [
      { 'deno.json': '{}', 'main.ts': 'export default {} satisfies Deno.ServeDefaultExport;\n' },
      'deno',
      'exec deno serve --host 0.0.0.0 --port 3000 -A main.ts',
    ],
    [
      { 'deno.json': '{}', 'main.ts': 'Deno.serve(f);\n' },
      'deno',
      'DENO_SERVE_ADDRESS=tcp:0.0.0.0:3000 exec deno run -A main.ts',
    ],
    [{ 'deno.json': '{}', 'package.json': scripts({ start: 'node a.js' }), 'a.js': '' }, 'node', 'a.js'],
  ];
  for (const [files, engine, last] of cases)
    assert.deepEqual(await engineOf(files), [engine, last], JSON.stringify(files));
});

it('takes the engine and the version that funko.yml names, and refuses others', async () => {
  const files = { 'index.js': '', 'package.json': '{ "packageManager": "bun@1.2.3" }' };
  assert.deepEqual(await engineOf(files, 'options: { engine: node }\n'), ['node', 'index.js']);
  assert.deepEqual(await engineOf(files, 'options: { engine: bun }\n'), ['bun@1.2.3', 'index.js']);
  assert.deepEqual(await engineOf(files, 'options: { engine: bun@1.4.0 }\n'), ['bun@1.4.0', 'index.js']);
  await assert.rejects(engineOf(files, 'options: { engine: bun@latest }\n'), {
    message: /options\.engine is "bun@latest"; it must be "node", "bun" or "deno"/,
  });
});

it('makes images of Bun and Deno without Node.js, and lets the engine install', async () => {
  const last = (text: string): string => text.slice(text.lastIndexOf('\nFROM '));
  const bun = (await builtOf({ 'package.json': '{}', 'bun.lock': '', 'index.ts': '' })).text;
  assert.match(bun, /^FROM debian:trixie-slim AS base\nCOPY --from=tools \/engine \/usr\/local\/bin\/$/m);
  assert.match(bun, /^FROM tools AS dependencies\n[^]* bun install --frozen-lockfile --production$/m);
  assert.match(last(bun), /^\nFROM base\nCOPY --from=dependencies \/funko \.\/\nCOPY \. \.\n/);
  const deno = (await builtOf({ 'deno.json': '{}', 'deno.lock': '{}', 'main.ts': '' })).text;
  assert.match(
    last(deno),
    /COPY deno\.json deno\.lock \.\/\nRUN deno install .*\nCOPY \. \.\nRUN deno install --entrypoint main\.ts\n/,
  );
});

it('takes the image of the version of Node.js that funko.yml names, and says where package.json wants another', async () => {
  const baseOf = async (engines: string, options = ''): Promise<[string, string]> => {
    const manifest = JSON.stringify({ engines: { node: engines } });
    const { text, warnings } = await builtOf({ 'index.js': '', 'package.json': manifest }, options);
    return [/^FROM (\S+) AS base$/m.exec(text)?.[1] ?? '', warnings.join()];
  };
  assert.deepEqual(await baseOf('22.x', 'options: { engine: node@22 }\n'), ['node:22-slim', '']);
  for (const engines of ['>=18', '24', '^24.1.0', '18 || 20'])
    assert.deepEqual(await baseOf(engines), ['node:24-slim', '']);
  const [base, warning] = await baseOf('22.x');
  assert.equal(base, 'node:24-slim');
  assert.match(
    warning,
    /engines\.node is "22\.x", and the funko runs on Node\.js 24; "options: \{ engine: node@22 \}"/,
  );
  await assert.rejects(baseOf('*', 'options: { engine: node@18 }\n'), {
    message: /options\.engine is "node@18"/,
  });
});

it('runs a file for Deno that has any name', async () => {
  const { text } = await builtOf({
    'deno.json': '{}',
    'package.json': '{ "main": "my app/it\'s $(x).ts" }',
    "my app/it's $(x).ts": '',
  });
  const word = String.raw`'my app/it'\''s $(x).ts'`;
  assert.ok(text.includes(`RUN deno install --entrypoint ${word}\n`));
  const words = JSON.parse(/^CMD (.*)$/m.exec(text)?.[1] ?? '') as string[];
  assert.ok(words.at(-1)?.endsWith(`deno run -A ${word}`), words.at(-1));
});
