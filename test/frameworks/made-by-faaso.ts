/** Projects of a runtime's own template: where a language has no generator for servers. */
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { scaffold } from '../../src/builder/runtime/scaffold.ts';
import { RUNTIMES } from '../support/builder/folders.ts';

/** Makes what `faaso new -r RUNTIME` makes, without the funko.yml. */
export const madeByFaaso =
  (runtime: string) =>
  async (folder: string): Promise<void> => {
    await scaffold({ name: basename(folder), runtime, folder, runtimesFolder: RUNTIMES });
    await rm(join(folder, 'funko.yml'));
  };
