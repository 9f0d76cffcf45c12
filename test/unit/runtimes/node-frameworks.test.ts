/** What the runtime `node` knows of frameworks: what their builds keep, what starts them, what of a build gets into the image. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtOf } from '../../support/builder/contexts.ts';

/** A project with these dependencies and scripts. */
function manifest(dependencies: readonly string[], scripts: Readonly<Record<string, string>>): string {
  const versions = Object.fromEntries(dependencies.map((name) => [name, '1.0.0']));
  return JSON.stringify({ scripts: { build: 'make', ...scripts }, devDependencies: versions });
}

async function dockerfileOf(
  dependencies: readonly string[],
  scripts: Readonly<Record<string, string>> = {},
  files: Record<string, string> = {},
  options = '',
): Promise<string> {
  return (await builtOf({ 'package.json': manifest(dependencies, scripts), ...files }, options)).text;
}

/** The words of CMD, without FaaSO's own. */
function startIn(dockerfile: string): string {
  const words = JSON.parse(/^CMD (.*)$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
  return words.filter((word) => !/^(--disable-warning|--require|\.\/\.runtime|sh$|-c$)/.test(word)).join(' ');
}

/** What the last stage copies: of the stage that builds, or of the build context. */
function shippedIn(dockerfile: string): string[] {
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  const copies = last.matchAll(/^COPY (?:--from=build \/(?:funko\/)?|(?=\.runtime ))(.*)$/gm);
  return [...copies].map(([, words = '']) => words);
}

const STANDALONE = { 'next.config.ts': "export default {\n  output: 'standalone',\n};\n" };
const ADAPTER = '@sveltejs/adapter-node';

it('starts what frameworks build where no script does', async () => {
  const cases: [string[], Record<string, string>, Record<string, string>, string][] = [
    [['next'], { start: 'next start -p $PORT' }, {}, 'exec next start -p $PORT'],
    [['next'], { start: 'next dev' }, {}, 'exec next start'],
    [['next'], {}, {}, 'exec next start'],
    [['next'], { start: 'next start' }, STANDALONE, 'node server.js'],
    [['next'], { start: 'node my-server.js' }, STANDALONE, 'node my-server.js'],
    [['nuxt'], { preview: 'nuxt preview' }, {}, 'node .output/server/index.mjs'],
    [['nuxt'], { start: 'node .output/server/index.mjs' }, {}, 'node .output/server/index.mjs'],
    [['nuxt'], { start: 'nuxt start' }, {}, 'node .output/server/index.mjs'],
    [[ADAPTER], { preview: 'vite preview' }, {}, 'node build'],
    [
      [ADAPTER],
      {},
      { 'svelte.config.js': "adapter: adapter({ precompress: true, out: 'dist/app' })" },
      'node dist/app',
    ],
    [['@react-router/serve'], {}, {}, 'exec react-router-serve ./build/server/index.js'],
    [
      ['@remix-run/serve'],
      { start: 'remix-serve ./build/index.js' },
      {},
      'exec remix-serve ./build/index.js',
    ],
    [['@astrojs/node', 'astro'], { start: 'astro dev' }, {}, 'node dist/server/entry.mjs'],
    [
      ['@angular/ssr'],
      { start: 'ng serve', 'serve:ssr:shop': 'node dist/shop/server/server.mjs' },
      {},
      'node dist/shop/server/server.mjs',
    ],
    [
      ['@sveltejs/adapter-auto'],
      { dev: 'vite dev' },
      { 'vite.config.ts': "import adapter from '@sveltejs/adapter-auto';" },
      'node build',
    ],
    [['vinxi'], { start: 'vinxi start' }, {}, 'node .output/server/index.mjs'],
  ];
  for (const [packages, scripts, files, expected] of cases)
    assert.equal(startIn(await dockerfileOf(packages, scripts, files)), expected, packages.join());
});

it('puts nothing but the program into the image where a build makes a whole one', async () => {
  const runtime = '.runtime .runtime';
  assert.deepEqual(shippedIn(await dockerfileOf(['next'], {}, { ...STANDALONE, 'public/a.svg': '' })), [
    runtime,
    '.next/standalone ./',
    '.next/static ./.next/static',
    'public ./public',
  ]);
  assert.equal(shippedIn(await dockerfileOf(['next'], {}, STANDALONE)).length, 3);
  const nuxt = await dockerfileOf(['nuxt']);
  assert.deepEqual(shippedIn(nuxt), [runtime, '.output ./.output']);
  assert.doesNotMatch(nuxt, /AS production|\.runtime\/ship\.sh/);
});

it('leaves the folder and the packages in the image where the program may need them', async () => {
  const off =
    "// output: 'standalone'\n/* output: 'standalone' */\nexport default { distDir: 'x' } // output: 'standalone'\n";
  const cases = [
    await dockerfileOf(['next'], { start: 'next start' }, { 'next.config.js': off }),
    await dockerfileOf(['next'], { start: 'node server.js' }, { ...STANDALONE, 'server.js': '' }),
    await dockerfileOf(['next'], {}, { 'next.config.mjs': "x = { output: 'standalone', distDir: 'out' }" }),
    await dockerfileOf(['nuxt'], {}, {}, 'release: npm run migrate\n'),
    await dockerfileOf(['nuxt'], {}, {}, 'options: { start: node .output/server/index.mjs }\n'),
    await dockerfileOf([ADAPTER]),
  ];
  for (const text of cases) assert.deepEqual(shippedIn(text), ['shipped ./']);
});

it('keeps what a build can use again, for each funko and in no image', async () => {
  const cachesIn = (text: string): string[] =>
    [...text.matchAll(/type=cache,target=\/funko\/(\S+?),id=(\S+)/g)].map(([, path = '', id = '']) => {
      assert.equal(id, `faaso-hello/funko/${path}`);
      return path;
    });
  assert.deepEqual(cachesIn(await dockerfileOf(['next'])), ['node_modules/.cache', '.next/cache']);
  assert.deepEqual(cachesIn(await dockerfileOf(['@angular/cli', '@angular/ssr'], { 'serve:ssr': 'x' })), [
    'node_modules/.cache',
    '.angular/cache',
  ]);
  const root = {
    private: true,
    workspaces: ['apps/*'],
    scripts: { build: 'turbo build', start: 'node x.js' },
  };
  const workspaces = {
    'package.json': JSON.stringify({ ...root, devDependencies: { turbo: '2.0.0' } }),
    'apps/web/package.json': manifest(['next'], {}),
    'apps/web/node_modules/x/package.json': manifest(['astro'], {}),
  };
  assert.deepEqual(cachesIn((await builtOf(workspaces)).text), [
    'node_modules/.cache',
    '.turbo',
    'apps/web/node_modules/.cache',
    'apps/web/.next/cache',
  ]);
});

it('sets the variables of frameworks for the build and for the program', async () => {
  const text = await dockerfileOf([ADAPTER, 'next']);
  const [, base = ''] = text.split(/^FROM /m);
  assert.match(
    base,
    /^ENV NEXT_TELEMETRY_DISABLED=1 PROTOCOL_HEADER=x-forwarded-proto HOST_HEADER=x-forwarded-host$/m,
  );
  assert.doesNotMatch(await dockerfileOf(['express'], { start: 'node index.js' }), /^ENV (?!NODE_ENV|PATH)/m);
});

it('does not prepare apart what the build prepares', async () => {
  const scripts = { prepare: "svelte-kit sync || echo ''", postinstall: 'node make.js' };
  const text = await dockerfileOf([ADAPTER, '@sveltejs/kit'], scripts);
  assert.match(text, /begin \\\n && npm run --ignore-scripts postinstall \\\n && npm run build/);
  assert.match(
    await dockerfileOf(['nuxt'], { postinstall: 'nuxt prepare' }),
    /:\$PATH \\\n && npm run build\n/,
  );
});

it('has adapter-auto of SvelteKit take adapter-node, in the build alone', async () => {
  const text = await dockerfileOf(['@sveltejs/adapter-auto'], {}, { 'index.js': '' });
  assert.equal(text.match(/GCP_BUILDPACKS=1/g)?.length, 1);
  assert.match(text, /export GCP_BUILDPACKS=1 \\\n && npm run build/);
});

it('gives the folders that Next.js writes to when it serves to the user of the program', async () => {
  assert.match(
    await dockerfileOf(['next']),
    /npm run build \\\n && \{ \[ ! -d \.next \] \|\| find \.next -xdev -exec chown -h 1000:1000 \{\} \+; \}/,
  );
  assert.match(
    await dockerfileOf(['next'], {}, STANDALONE),
    /find \.next\/standalone\/\.next -xdev -exec chown/,
  );
});
