import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Project } from '../project.ts';
import { adviceFor } from '../static-advice.ts';

/** create-astro fetches its templates from GitHub; this is what the documentation has people write by hand in its place. */
const FILES = {
  'package.json': (name: string) =>
    `${JSON.stringify(
      {
        name,
        type: 'module',
        version: '0.0.1',
        scripts: { dev: 'astro dev', build: 'astro build', preview: 'astro preview', astro: 'astro' },
        dependencies: { astro: '^7.0.0' },
      },
      null,
      2,
    )}\n`,
  'astro.config.mjs': () =>
    `import { defineConfig } from 'astro/config';\n\nexport default defineConfig({});\n`,
  'tsconfig.json': () => '{ "extends": "astro/tsconfigs/strict" }\n',
  'public/robots.txt': () => 'User-agent: *\nDisallow: /nogooglebot/\n',
  'src/pages/index.astro': () => `---
---
<html lang="en">
  <head><meta charset="utf-8" /><title>Astro</title></head>
  <body>
    <h1>Hello, Astro</h1>
    <a href="/about">About</a>
    <style>h1 { font-size: 4rem; }</style>
  </body>
</html>
`,
  'src/pages/about.astro': () => '<html lang="en"><body><h1>About</h1></body></html>\n',
};

export const project: Project = {
  title: 'Astro',
  madeBy: 'astro, set up by hand as its documentation says',
  make: async (folder) => {
    await mkdir(join(folder, 'src/pages'), { recursive: true });
    await mkdir(join(folder, 'public'));
    for (const [file, text] of Object.entries(FILES))
      await writeFile(join(folder, file), text(basename(folder)));
  },
  page: { path: '/', text: 'Hello, Astro' },
  asset: '/robots.txt',
  change: {
    file: 'src/pages/index.astro',
    from: 'Hello, Astro',
    to: 'Hello, FaaSO',
    text: 'Hello, FaaSO',
  },
  own: { install: ['npm', 'install'], build: ['npm', 'run', 'build'] },
  advice: adviceFor('dist'),
};
