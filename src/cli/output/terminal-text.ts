/**
 * Makes text safe to print: names, labels, messages and logs come from servers, images and containers, and none of
 * them may steer a terminal.
 */
import { styleText } from 'node:util';
import { escapeOf } from '../../util/control-characters.ts';

/** Colours and weights ("select graphic rendition"): they change nothing but how the text behind them looks. For `split`. */
export const COLOUR = /(\x1b\[[0-9;:]*m)/;
/** Those, line ends and tabs, which may stay; then what may not. */
const STEERS = /\x1b\[[0-9;:]*m|\r?\n|\t|[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g;
const RESET = '\x1b[0m';
/** Codes that end something → those that begin it. */
const ENDS: Readonly<Record<string, RegExp>> = {
  22: /^[12]$/,
  23: /^3$/,
  24: /^4$/,
  27: /^7$/,
  39: /^[39][0-7]$/,
  49: /^(?:4|10)[0-7]$/,
};

/**
 * Text as a terminal may get it: line ends and tabs are kept, and with `colours` colours, each no longer than its line. Every other
 * control character stands as its code: `\x1b`.
 */
export function terminalText(text: string, colours: boolean): string {
  const safe = text.replace(STEERS, (part) => {
    const stays = part.startsWith('\x1b[') ? colours : part.length > 1 || part === '\n' || part === '\t';
    return stays ? part : escapeOf(part.charAt(0)) + part.slice(1);
  });
  return safe.includes('\x1b') ? safe.split('\n').map(withEnd).join('\n') : safe;
}

/** Ends what a line leaves switched on. */
function withEnd(line: string): string {
  const on = new Set<string>();
  for (const colour of line.split(COLOUR).filter((_, index) => index % 2 === 1))
    for (const code of colour.slice(2, -1).split(';')) turn(on, code);
  return on.size === 0 ? line : line + RESET;
}

function turn(on: Set<string>, code: string): void {
  const ended = /^0*$/.test(code) ? /^/ : ENDS[code];
  if (!ended) on.add(code);
  else for (const each of on) if (ended.test(each)) on.delete(each);
}

/** Whether colours are shown there: on a terminal, unless the environment says otherwise. */
export function showsColours(stream: NodeJS.WriteStream): boolean {
  return styleText('bold', 'x', { stream }) !== 'x';
}
