/** The YAML parser's errors in words that say what to do, and at the line that is wrong. Pure. */
import type { YAMLError } from 'yaml';
import { linesOf, quoted, wrongIndentation, type YamlLine, type Wording } from './yaml-indentation.ts';

const UNCLOSED: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/**
 * The problems that a person has to fix. What the parser finds behind the first wrong indentation only follows from it and is
 * left out.
 */
export function wordingsOf(problems: readonly YAMLError[], text: string): Wording[] {
  const lines = linesOf(text);
  const structural = problems.find(({ code }) => STRUCTURAL.has(code));
  const misplaced = structural && (wrongIndentation(lines) ?? structureOf(structural, text, lines));
  const others = problems.filter(({ code }) => !STRUCTURAL.has(code)).map((one) => wordingOf(one, text));
  return misplaced ? [...others.filter(({ offset }) => offset < misplaced.offset), misplaced] : others;
}

/** The codes of what wrong indentation looks like to the parser. */
const STRUCTURAL: ReadonlySet<string> = new Set([
  'BAD_INDENT',
  'BLOCK_AS_IMPLICIT_KEY',
  'IMPOSSIBLE',
  'MULTILINE_IMPLICIT_KEY',
  'UNEXPECTED_TOKEN',
]);

function wordingOf(problem: YAMLError, text: string): Wording {
  const [offset] = problem.pos;
  switch (problem.code) {
    case 'DUPLICATE_KEY':
      return { offset, message: `the key ${keyAt(text, offset)} is written twice; remove one of them` };
    case 'TAB_AS_INDENT':
      return { offset, message: 'a tab is used to indent; YAML allows only spaces' };
    case 'MULTIPLE_DOCS':
      return { offset, message: 'a second document begins here ("---"); only one is allowed' };
    case 'BAD_SCALAR_START':
      return {
        offset,
        message: `a value can't begin with ${JSON.stringify(text[offset])}; put it in quotes`,
      };
    case 'MISSING_CHAR':
      return unclosedQuote(problem, text);
    default:
      return { offset, message: `not valid YAML: ${problem.message}` };
  }
}

/** What is not a matter of columns alone. */
function structureOf(problem: YAMLError, text: string, lines: readonly YamlLine[]): Wording {
  const [offset] = problem.pos;
  const bracket = unclosedBracket(text, offset);
  if (bracket) return bracket;
  const line = lines.findLast((one) => one.offset - one.indent <= offset);
  if (line && !isKey(line.text))
    return { offset: line.offset, message: `${quoted(line.text)} has no ":"; write "key: value"` };
  if (line && /:\s.*:(\s|$)/.test(line.text)) {
    const message =
      'there is a second ": " in this line; put the value in quotes, or its key on a line of its own';
    return { offset, message };
  }
  return { offset, message: `not valid YAML: ${problem.message}` };
}

function isKey(text: string): boolean {
  return /^(-\s+)?("[^"]*"|'[^']*'|[^\s#][^#]*?)\s*:(\s|$)/.test(text) || /^(-(\s|$)|[\]}])/.test(text);
}

function unclosedBracket(text: string, end: number): Wording | undefined {
  const open: number[] = [];
  for (let at = 0; at < end; at += 1) {
    if (text[at] === '{' || text[at] === '[') open.push(at);
    if (text[at] === '}' || text[at] === ']') open.pop();
  }
  const offset = open.at(-1);
  if (offset === undefined) return undefined;
  const sign = text[offset] ?? '';
  return { offset, message: `"${sign}" is not closed by "${UNCLOSED[sign] ?? ''}"` };
}

function unclosedQuote(problem: YAMLError, text: string): Wording {
  const sign = /closing (['"])/.exec(problem.message)?.[1];
  if (sign === undefined) return { offset: problem.pos[0], message: `not valid YAML: ${problem.message}` };
  const line = linesOf(text).find((one) => one.text.split(sign).length % 2 === 0);
  const offset = line ? line.offset + line.text.indexOf(sign) : problem.pos[0];
  return { offset, message: `a text begins with ${sign} and has no ${sign} at its end` };
}

function keyAt(text: string, offset: number): string {
  const line = text.slice(offset).split(/[\r\n]/, 1)[0] ?? '';
  return JSON.stringify((line.split(/\s*:/, 1)[0] ?? '').replace(/^(['"])(.*)\1$/, '$2'));
}
