/** Text in lines of a width, broken between words. A word that is longer than the width stays whole. Pure. */

/** A command is broken at its blanks, but not within quotes. */
const COMMAND_WORD = / *(?:(?:'[^']*'|"[^"]*"|[^\s'"])+|\S)/g;
const WORD = / *\S+/g;

/** The lines of a text; `width` is in columns. */
export function wrapWords(text: string, width: number): string[] {
  return text.length <= width ? [text] : filled(text.match(WORD), () => width);
}

/** A line with what leads it: it is broken between words, and its other lines are indented by `hang` more than the first. */
export function wrapLine(line: string, width: number, hang = 2): string[] {
  const [lead = ''] = /^ */.exec(line) ?? [];
  const room = (index: number): number => width - lead.length - (index === 0 ? 0 : hang);
  if (line.length <= width) return [line];
  const lines = filled(line.slice(lead.length).match(WORD), room);
  return lines.map((each, index) => lead + ' '.repeat(index === 0 ? 0 : hang) + each);
}

/** As `wrapLine`, for a line with a command: each line but the last ends with a backslash, so that a shell takes the whole. */
export function wrapCommand(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const [lead = ''] = /^ */.exec(line) ?? [];
  const room = (index: number): number => width - lead.length - (index === 0 ? 0 : 4) - ' \\'.length;
  const lines = filled(line.slice(lead.length).match(COMMAND_WORD), room);
  return lines.map((each, index) => {
    const end = index === lines.length - 1 ? '' : ' \\';
    return lead + ' '.repeat(index === 0 ? 0 : 4) + each + end;
  });
}

/**
 * @param words each with the blanks before it, which go where a line begins
 * @param room how many columns the line of this index has
 */
function filled(words: readonly string[] | null, room: (index: number) => number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words ?? []) {
    if (line !== '' && line.length + word.length > room(lines.length)) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word.trimStart() : word;
  }
  return [...lines, line];
}
