/** Which projects of npm are sites, and which answer requests by themselves: by the rules of all runtimes together. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { guessRuntimes, likeliest } from '../../../../src/builder/detect/detect.ts';
import { listRuntimes } from '../../../../src/builder/runtime/runtime.ts';
import { RUNTIMES, tempFolder } from '../../../support/builder/folders.ts';

type Scripts = Readonly<Record<string, string>>;

function npm(dependencies: readonly string[], scripts: Scripts = { build: 'x' }): string {
  return JSON.stringify({
    scripts,
    devDependencies: Object.fromEntries(dependencies.map((name) => [name, '*'])),
  });
}

const VITE = { build: 'tsc -b && vite build', dev: 'vite', preview: 'vite preview' };
const SPA = { fallback: 'index.html', immutable: ['/assets/'] };
const BY_NODE = { build: { runtime: 'node' } };

/** Files, the runtime and what was found, options, and other keys of funko.yml. */
const PROJECTS: readonly (readonly [
  files: Record<string, string>,
  found: string,
  options?: object,
  manifest?: object,
])[] = [
  [{ 'package.json': npm(['vite', 'react'], VITE), 'index.html': '' }, 'static Vite', SPA, BY_NODE],
  [
    { 'package.json': npm(['vite'], { ...VITE, start: 'vite preview' }), 'index.html': '', 'a.html': '' },
    'static Vite',
    { immutable: ['/assets/'] },
    BY_NODE,
  ],
  [
    { 'package.json': npm(['vite'], VITE), 'index.html': '', 'public/assets/logo.png': '' },
    'static Vite',
    { fallback: 'index.html' },
    BY_NODE,
  ],
  [
    { 'package.json': npm(['vite', 'express'], { ...VITE, start: 'node server.js' }), 'index.html': '' },
    'node',
  ],
  [
    { 'package.json': npm(['vite'], { ...VITE, start: 'node server' }), 'index.html': '', 'server.js': '' },
    'node',
  ],
  [{ 'package.json': npm(['vite'], { ...VITE, build: 'vite build --ssr' }), 'index.html': '' }, 'node'],
  [
    { 'package.json': npm(['@angular/core']), 'angular.json': '' },
    'static Angular',
    { fallback: 'index.html' },
    BY_NODE,
  ],
  [
    { 'package.json': npm(['@angular/core', '@angular/ssr']), 'angular.json': '' },
    'node Angular with a server',
    {},
    {},
  ],
  [
    { 'package.json': npm(['astro'], { build: 'astro build' }) },
    'static Astro',
    { immutable: ['/_astro/'] },
    BY_NODE,
  ],
  [{ 'package.json': npm(['astro', '@astrojs/node'], { build: 'astro build' }) }, 'node Astro with a server'],
  [
    {
      'package.json': npm(['next'], { build: 'next build' }),
      'next.config.ts': "export default { output: 'export' }",
    },
    'static Next.js',
    { root: 'out', immutable: ['/_next/static/'] },
    BY_NODE,
  ],
  [
    { 'package.json': npm(['next'], { build: 'next build' }), 'next.config.ts': 'export default {}' },
    'node Next.js',
  ],
  [{ 'package.json': npm(['@sveltejs/kit', '@sveltejs/adapter-static', 'vite']) }, 'static SvelteKit'],
  [
    { 'package.json': npm(['@docusaurus/core'], { start: 'docusaurus start', build: 'x' }) },
    'static Docusaurus',
  ],
  [
    { 'package.json': npm(['@11ty/eleventy'], {}), 'index.md': '' },
    'static Eleventy',
    {},
    { build: { runtime: 'node', options: { build: 'npx @11ty/eleventy' } } },
  ],
  [
    { 'package.json': npm(['vitepress'], { 'docs:build': 'vitepress build docs' }) },
    'static VitePress',
    { immutable: ['/assets/'] },
    { build: { runtime: 'node', options: { build: 'npm run docs:build' } } },
  ],
  [{ 'hugo.toml': '', 'content/a.md': '' }, 'static Hugo'],
  [{ 'package.json': npm(['express'], { start: 'node ./bin/www' }), 'public/index.html': '' }, 'node'],
  [
    {
      'package.json': npm(['vite', 'laravel-vite-plugin'], VITE),
      artisan: '',
      'bootstrap/app.php': '',
      'composer.json': '{}',
      'public/index.php': '',
    },
    'php Laravel',
  ],
];

for (const [files, found, options, manifest] of PROJECTS) {
  it(`finds ${found} in ${Object.keys(files).join(', ')}: ${files['package.json'] ?? ''}`, async () => {
    await using folder = await tempFolder(files);
    const guesses = likeliest(await guessRuntimes(folder.path, await listRuntimes(RUNTIMES)));
    assert.deepEqual(
      guesses.map(({ runtime }) => runtime?.name),
      [found.split(' ')[0]],
    );
    assert.equal([guesses[0]?.runtime?.name, guesses[0]?.name].filter(Boolean).join(' '), found);
    if (options) assert.deepEqual(guesses[0]?.options, options);
    if (manifest) assert.deepEqual(guesses[0]?.manifest, manifest);
  });
}
