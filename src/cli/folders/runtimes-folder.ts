import { fileURLToPath } from 'node:url';

/** The folder of the built-in runtimes: two above `src/cli/` and above `dist/cli/`. */
export function runtimesFolder(): string {
  return fileURLToPath(new URL('../../../runtimes/', import.meta.url));
}
