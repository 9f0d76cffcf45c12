import { basename, dirname } from 'node:path';
import { run, type Project } from '../project.ts';
import { adviceFor } from '../static-advice.ts';

const GENERATOR = 'create-vite@9.3.0';

export const project: Project = {
  title: 'Vite + React',
  madeBy: `${GENERATOR.replace('@', ' ')} --template react-ts`,
  make: async (folder) => {
    await run(
      dirname(folder),
      'npx',
      GENERATOR,
      basename(folder),
      '--template',
      'react-ts',
      '--no-interactive',
    );
  },
  page: { path: '/', text: 'Get started' },
  asset: /^\/assets\/index-.*\.js$/,
  change: { file: 'src/App.tsx', from: 'Get started', to: 'Start with FaaSO', text: 'Start with FaaSO' },
  own: { install: ['npm', 'install'], build: ['npm', 'run', 'build'] },
  advice: adviceFor('dist'),
};
