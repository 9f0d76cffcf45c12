/**
 * One pattern of a .dockerignore, as moby/patternmatcher reads it: it makes a regular expression of Go's of the pattern, and so
 * patterns mean more than their documentation says (`\d` is a digit, `[^a]` matches a slash). Pure.
 */

/** Whether a path, relative and with `/`, is what the pattern names. */
export type PathTest = (path: string) => boolean;

/** Characters that mean something in a regular expression and nothing in a pattern. */
const LITERAL = new Set('.+()|{}$');

/**
 * The test for a pattern that was cleaned (Go's filepath.Clean).
 * Throws Error, saying why, for an invalid pattern.
 */
export function pathTestOf(pattern: string): PathTest {
  checkSyntax(pattern);
  const { kind, source } = expressionOf(pattern);
  if (kind === 'exact') return (path) => path === pattern;
  if (kind === 'prefix') return (path) => path.startsWith(pattern.slice(0, -2));
  if (kind === 'suffix') return endsWith(pattern.slice(2));
  const expression = new RegExp(javaScriptOf(source), 'u');
  return (path) => expression.test(path);
}

/** A `**` at the start, with nothing special behind it, matches any beginning; two stars and `/x` also `x`. */
function endsWith(suffix: string): PathTest {
  return (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1));
}

interface Expression {
  readonly kind: 'exact' | 'prefix' | 'suffix' | 'regexp';
  /** In Go's syntax. */
  readonly source: string;
}

interface Token {
  readonly source: string;
  /** What it makes of the pattern so far; undefined: nothing else. */
  readonly kind?: Expression['kind'];
}

const TOKEN = /\*\*\/?|\\.|./gsu;

function expressionOf(pattern: string): Expression {
  let kind: Expression['kind'] = 'exact';
  let source = '^';
  for (const { 0: token, index } of pattern.matchAll(TOKEN)) {
    const last = index + token.length === pattern.length;
    const made: Token = token.startsWith('**') ? anyFolders(kind, last) : plainToken(token);
    source += made.source;
    kind = token.startsWith('**') && index === 0 ? 'suffix' : (made.kind ?? kind);
  }
  return { kind, source: `${source}$` };
}

function anyFolders(before: Expression['kind'], last: boolean): Token {
  if (!last) return { source: '(.*/)?', kind: 'regexp' };
  return before === 'exact' ? { source: '', kind: 'prefix' } : { source: '.*', kind: 'regexp' };
}

function plainToken(token: string): Token {
  if (token === '*') return { source: '[^/]*', kind: 'regexp' };
  if (token === '?') return { source: '[^/]', kind: 'regexp' };
  if (token === '[' || token === ']' || token.startsWith('\\')) return { source: token, kind: 'regexp' };
  return { source: LITERAL.has(token) ? `\\${token}` : token };
}

/** As Go's filepath.Match does: brackets that are closed and hold something, no `\` at the end. Throws Error. */
function checkSyntax(pattern: string): void {
  const characters = Array.from(pattern);
  for (let at = 0; at < characters.length; at += 1) {
    if (characters[at] === '\\' && ++at === characters.length) throw new Error('"\\" at the end');
    else if (characters[at] === '[') at = endOfClass(characters, at);
  }
}

/** The index of the `]` that closes the class which begins at an index. */
function endOfClass(characters: readonly string[], start: number): number {
  let at = characters[start + 1] === '^' ? start + 2 : start + 1;
  for (let ranges = 0; characters[at] !== ']' || ranges === 0; ranges += 1) {
    at = endOfMember(characters, at);
    if (characters[at] === '-') at = endOfMember(characters, at + 1);
  }
  return at;
}

function endOfMember(characters: readonly string[], start: number): number {
  const first = characters[start];
  if (first === undefined) throw new Error('"[" is never closed');
  if (first === ']') throw new Error('"[]" is empty, or a range in it has no end');
  if (first === '-') throw new Error('"-" in "[]" stands for itself only as "\\-"');
  const next = first === '\\' ? start + 2 : start + 1;
  if (characters[next] === undefined) throw new Error('"[" is never closed');
  return next;
}

const CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};
/** What JavaScript's `\s` has beyond Go's. */
const SPACE = '\\t\\n\\f\\r ';

const PART = /\[(\^?)(\]?(?:\[:\^?[a-z]+:\]|\\.|[^\]\\])*)\]|(?:\(\.\*\/\)\?)+|\\.|./gsu;

/** A regular expression of Go's in JavaScript's syntax, with the flag `u`. Throws Error for an invalid one. */
function javaScriptOf(source: string): string {
  // Repeated `(.*/)?` means what one means; taken one by one they would make the match slow.
  return source.replace(PART, (part: string, negation: string | undefined, members: string | undefined) => {
    if (members !== undefined) return `[${negation}${classOf(members)}]`;
    if (part.startsWith('(.*/)?')) return '(?:[^\\n]*\\/)?';
    if (part === '.') return '[^\\n]';
    if (part === ']' || part === '/') return `\\${part}`;
    return part.length > 1 && part.startsWith('\\') ? escapeOf(part) : part;
  });
}

function classOf(members: string): string {
  return members.replace(
    /\[:(\^?)([a-z]+):\]|\\.|[[\]]/gsu,
    (member: string, negation: string | undefined, name: string | undefined) => {
      if (name !== undefined) return namedClass(name, negation ?? '');
      return member.startsWith('\\') ? escapeOf(member, true) : `\\${member}`;
    },
  );
}

function namedClass(name: string, negation: string): string {
  const members = CLASSES[name];
  if (members === undefined || negation !== '') throw new Error(`"[:${negation}${name}:]" is not supported`);
  return members;
}

/** `\` and a character: Go's classes and control characters, and punctuation for itself. */
function escapeOf(escape: string, inClass = false): string {
  const character = escape.slice(1);
  if (character === 's') return inClass ? SPACE : `[${SPACE}]`;
  if (character === 'S' && !inClass) return `[^${SPACE}]`;
  if (character === 'a') return '\\x07';
  if (/[dDwWfnrtv]/.test(character) || (/[bB]/.test(character) && !inClass)) return escape;
  if (!/^[\0-\x7f]$/.test(character) || /[0-9A-Za-z]/.test(character))
    throw new Error(`"${escape}" has no meaning`);
  if (character === '-') return inClass ? '\\-' : '-';
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? escape : character;
}
