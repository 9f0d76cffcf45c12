/** What a Procfile says of a funko's processes. */
import { join } from 'node:path';
import { plainText } from '../files/plain-file.ts';

const PROCFILE = 'Procfile';
/** Process types that are keys of funko.yml. What `web` runs the runtimes read by themselves, at each build. */
const KEYS = ['release', 'worker'] as const;

/**
 * The command of a process type in a Procfile, e.g. of `web`.
 * @param source the file's text; undefined if there is none
 */
export function procfileCommand(source: string | undefined, type: string): string | undefined {
  for (const line of (source ?? '').split(/\r?\n/)) {
    const [, name, text = ''] = /^([A-Za-z0-9_-]+):(.*)$/.exec(line) ?? [];
    const command = text.trim();
    if (name === type && command !== '') return command;
  }
  return undefined;
}

/** The keys of funko.yml that a folder's Procfile tells, with their commands; none if there is no Procfile. */
export function procfileKeys(folder: string): Readonly<Record<string, string>> {
  const text = plainText(join(folder, PROCFILE));
  const found = KEYS.map((key) => [key, procfileCommand(text, key)] as const);
  return Object.fromEntries(found.filter(([, command]) => command !== undefined)) as Record<string, string>;
}
