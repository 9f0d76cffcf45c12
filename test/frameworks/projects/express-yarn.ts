import { run, type Project } from '../project.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { project as express } from './express-generator.ts';

/** Yarn 4 without `nodeLinker`, so with Plug'n'Play, and with `packageManager` in package.json. */
export const project: Project = {
  ...express,
  title: 'Express with Yarn',
  madeBy: 'express-generator 4.16.1, Yarn 4.14.1',
  make: async (folder) => {
    await express.make(folder);
    await run(folder, 'npm', 'pkg', 'set', 'packageManager=yarn@4.14.1');
    await writeFile(join(folder, 'yarn.lock'), '');
    const words = ['--package', '@yarnpkg/cli-dist@4.14.1', 'yarn', 'install', '--no-immutable'];
    await run(folder, 'npx', ...words);
  },
};
