import { basename, dirname } from 'node:path';
import { run, type Project } from '../project.ts';
import { adviceFor } from '../static-advice.ts';

const GENERATOR = '@angular/cli@22.2.7';
const FLAGS = ['--defaults', '--skip-install', '--skip-git', '--ssr=false'];

export const project: Project = {
  title: 'Angular',
  madeBy: `${GENERATOR.slice(1).replace('@', ' ')} new`,
  make: async (folder) => {
    await run(dirname(folder), 'npx', GENERATOR, 'new', basename(folder), ...FLAGS);
  },
  page: { path: '/', text: 'Hello, ' },
  asset: /^\/main-[A-Z0-9]+\.js$/,
  change: { file: 'src/app/app.html', from: 'Hello, ', to: 'At FaaSO, ', text: 'At FaaSO, ' },
  own: { install: ['npm', 'install'], build: ['npm', 'run', 'build'] },
  advice: adviceFor('dist/*/browser'),
};
