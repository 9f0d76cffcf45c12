import { readFileSync } from 'node:fs';

/** FaaSO's version, from package.json, which lies one folder above `src/` and above `dist/`. */
export function faasoVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
