/** How help is laid out: it is broken between words, however narrow the terminal is. */
import { Help, type Command, type HelpConfiguration } from 'commander';
import { wrapCommand, wrapLine } from './wrap.ts';

/** Where no terminal says how wide it is. */
export const USUAL_WIDTH = 80;
const LEAST_WIDTH = 20;
/** Descriptions stand beside their terms if they have so much room, else below. */
const LEAST_ROOM = 26;
const BELOW = ' '.repeat(6);
const USAGE = 'Usage: '.length;

/** For `Command.configureHelp`. */
export const HELP_LAYOUT: HelpConfiguration = {
  minWidthToWrap: 1,
  formatItem: (term, termWidth, description, helper) =>
    itemLines(term, termWidth, description, Math.max(LEAST_WIDTH, helper.helpWidth ?? USUAL_WIDTH)).join(
      '\n',
    ),
  commandUsage(command) {
    const [first = '', ...others] = wrapLine(new Help().commandUsage(command), helpWidth(command) - USAGE, 0);
    return [first, ...others.map((line) => ' '.repeat(USAGE) + line)].join('\n');
  },
};

/** How wide a command's help is, in columns. */
export function helpWidth(command: Command): number {
  return Math.max(LEAST_WIDTH, command.configureOutput().getOutHelpWidth?.() ?? USUAL_WIDTH);
}

/** Examples at the end of a command's help, which stay commands that a shell takes. */
export function examplesText(lines: readonly string[], width: number): string {
  return ['', 'Examples:', ...lines.flatMap((line) => wrapCommand(`  $ ${line}`, width))].join('\n');
}

/** Names and what they mean, as in a list of options. */
export function listText(
  title: string,
  items: readonly (readonly [string, string])[],
  width: number,
): string {
  const column = Math.max(...items.map(([name]) => name.length));
  const lines = items.flatMap(([name, text]) => itemLines(name, column, text, width));
  return ['', title, ...lines].join('\n');
}

/** @param column how wide the longest term is */
function itemLines(term: string, column: number, text: string, width: number): string[] {
  if (text === '') return [`  ${term}`];
  return width - column - 4 >= LEAST_ROOM
    ? wrapLine(`  ${term.padEnd(column)}  ${text}`, width, column + 2)
    : [`  ${term}`, ...wrapLine(BELOW + text, width, 0)];
}
