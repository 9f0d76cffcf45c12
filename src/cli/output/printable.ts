import { stripVTControlCharacters } from 'node:util';

/**
 * Text that others wrote (logs, names), safe to show on a terminal: no escape sequences, no control characters, and of
 * a line that was written over with `\r` only what was last to be seen.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text).split('\n').map(lastSeen).join('\n');
}

function lastSeen(line: string): string {
  const parts = line.split('\r').filter((part) => part !== '');
  return (parts.at(-1) ?? '').replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, '');
}
