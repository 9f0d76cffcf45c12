import { run, type Project } from '../project.ts';
import { basename, dirname } from 'node:path';

export const project: Project = {
  title: 'Bun with React',
  madeBy: 'bun init --react 1.4.5',
  make: async (folder) => {
    await run(dirname(folder), 'npx', 'bun@1.4.5', 'init', '--react', basename(folder));
  },
  page: { path: '/', text: 'Bun + React' },
  asset: /\.js$/,
  change: {
    file: 'src/App.tsx',
    from: 'Bun + React',
    to: 'Bun + FaaSO',
    text: 'Bun + FaaSO',
  },
  own: { build: ['npx', 'bun@1.4.5', 'run', 'build'] },
};
