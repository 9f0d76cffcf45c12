import { run, type Project } from '../project.ts';
import { basename, dirname } from 'node:path';

export const project: Project = {
  title: 'Deno',
  madeBy: 'deno init 2.9.6',
  make: async (folder) => {
    await run(dirname(folder), 'npx', 'deno@2.9.6', 'init', basename(folder));
  },
  page: { path: '/', text: 'Welcome to Deno!' },
  change: {
    file: 'main.ts',
    from: 'Welcome to Deno!',
    to: 'Welcome to FaaSO!',
    text: 'Welcome to FaaSO!',
  },
};
