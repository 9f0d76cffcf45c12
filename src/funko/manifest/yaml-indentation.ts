/** Lines of YAML and their columns: finds the line that is indented wrongly. Pure. */

/** What is wrong, and where: an offset in the text, which may be another one than the parser's. */
export interface Wording {
  readonly offset: number;
  readonly message: string;
}

/** One line of the text that holds something. */
export interface YamlLine {
  readonly offset: number;
  readonly indent: number;
  /** Without indentation and comment. */
  readonly text: string;
}

/** The lines that hold something. */
export function linesOf(text: string): YamlLine[] {
  const found: YamlLine[] = [];
  let start = 0;
  for (const whole of text.split('\n')) {
    const indent = whole.length - whole.trimStart().length;
    const trimmed = whole
      .trim()
      .replace(/(^|\s)#.*$/, '')
      .trim();
    if (trimmed !== '' && trimmed !== '---') found.push({ offset: start + indent, indent, text: trimmed });
    start += whole.length + 1;
  }
  return found;
}

/** The first line that is indented as nothing above it allows. */
export function wrongIndentation(lines: readonly YamlLine[]): Wording | undefined {
  const [first] = lines;
  const open = [first?.indent ?? 0];
  let above = first;
  for (const line of lines.slice(1)) {
    if (above && line.indent > above.indent) {
      if (isBlockText(above.text)) continue;
      if (!opensBlock(above.text)) return tooDeep(line, above);
      open.push(line.indent);
    }
    while ((open.at(-1) ?? 0) > line.indent) open.pop();
    if (open.at(-1) !== line.indent) return fitsNothing(line, lines);
    above = line;
  }
  return undefined;
}

function tooDeep(line: YamlLine, above: YamlLine): Wording {
  const message =
    `${quoted(line.text)} is indented by ${spaces(line.indent)}, ${quoted(above.text)} above it by ${spaces(above.indent)}, and ` +
    'holds a value already; keys of one mapping begin at the same column';
  return { offset: line.offset, message };
}

function fitsNothing(line: YamlLine, lines: readonly YamlLine[]): Wording {
  const earlier = lines.slice(0, lines.indexOf(line)).map(({ indent }) => indent);
  const columns = [...new Set(earlier)].sort((a, b) => a - b).join(' or ');
  const message = `${quoted(line.text)} is indented by ${spaces(line.indent)}; lines above it by ${columns}, and it must be one of these`;
  return { offset: line.offset, message };
}

/** Whether lines below may be indented more: the value of its last key is still to come, or it is an item of a list. */
function opensBlock(text: string): boolean {
  return /^-(\s|$)/.test(text) || /:(\s+[|>][0-9+-]*|\s+[&!]\S+)?$/.test(text) || /[[{,]$/.test(text);
}

/** Whether what is indented below it is a text (`key: |`). */
function isBlockText(text: string): boolean {
  return /:\s+[|>][0-9+-]*$/.test(text);
}

/** A line, or the beginning of a long one, in quotes. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 30 ? `${text.slice(0, 30)}…` : text);
}

function spaces(count: number): string {
  return count === 1 ? '1 space' : `${count} spaces`;
}
