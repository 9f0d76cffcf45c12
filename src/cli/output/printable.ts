import { stripVTControlCharacters } from 'node:util';
import { COLOUR } from './terminal-text.ts';

/**
 * Text that programs wrote, without what makes it move: no escape sequences, no control characters, and of a line that was written over
 * with `\r` only what was last to be seen.
 */
export function printable(text: string): string {
  return still(text).split('\n').map(lastSeen).join('\n');
}

/** The same for one line, whose colours stay. */
export function colouredPrintable(line: string): string {
  const last = line.split('\r').findLast((part) => part !== '') ?? '';
  return last
    .split(COLOUR)
    .map((part, index) => (index % 2 === 1 ? part : still(part)))
    .join('');
}

function lastSeen(line: string): string {
  return line.split('\r').findLast((part) => part !== '') ?? '';
}

function still(text: string): string {
  return stripVTControlCharacters(text).replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, '');
}
