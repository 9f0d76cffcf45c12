/**
 * .dockerignore as Docker reads it: a port of moby/patternmatcher and of BuildKit's ignorefile reader. Pure.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
import { posix } from 'node:path';
import { FaasoError, messageOf } from '../errors.ts';
import { parentsOf } from './paths.ts';

interface Pattern {
  readonly negated: boolean;
  readonly regexp: RegExp;
  readonly steps: readonly string[];
}

/** What a .dockerignore or a .funkoignore leaves out. */
export interface Ignores {
  /** Whether a path (relative, with `/`) is left out. Docker's patterns do not care whether it is a folder, git's do. */
  ignores(path: string, isFolder: boolean): boolean;
  /** Whether a `!` pattern may bring back something below an ignored folder, so that it must be looked through. */
  mayReturnBelow(folder: string): boolean;
}

/**
 * Reads a .dockerignore.
 * @param file what messages call it
 * @throws FaasoError `bad_context` with file and line for a pattern that is none
 */
export function readIgnores(text: string, file: string): Ignores {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const patterns = lines.flatMap((line, index) => patternOf(line, `${file}:${index + 1}:1`) ?? []);
  const negated = patterns.filter((pattern) => pattern.negated);
  return {
    ignores: (path) => ignoredBy(patterns, path),
    mayReturnBelow: (folder) => negated.some(({ steps }) => mayMeet(steps, folder.split('/'))),
  };
}

/** The last pattern that matches a path or a folder above it decides. */
function ignoredBy(patterns: readonly Pattern[], path: string): boolean {
  const paths = [path, ...parentsOf(path)];
  let ignored = false;
  for (const { negated, regexp } of patterns) {
    if (negated === ignored && paths.some((one) => regexp.test(one))) ignored = !negated;
  }
  return ignored;
}

function mayMeet(steps: readonly string[], folder: readonly string[]): boolean {
  for (const [index, step] of steps.entries()) {
    const there = folder[index];
    if (there === undefined || step.includes('**')) return true;
    if (!/[*?[\\]/.test(step) && step !== there) return false;
  }
  return true;
}

function patternOf(line: string, at: string): Pattern | undefined {
  if (line.startsWith('#') || line.trim() === '') return undefined;
  const negated = line.trim().startsWith('!');
  const written = negated ? line.trim().slice(1).trim() : line.trim();
  if (written === '') throw new FaasoError('bad_context', `${at}: "!" needs a pattern after it`);
  const pattern = cleaned(written);
  try {
    return { negated, regexp: new RegExp(`^${regexpOf(pattern)}$`, 'su'), steps: pattern.split('/') };
  } catch (error) {
    const message = `${at}: ${JSON.stringify(line.trim())} is not a valid pattern: ${messageOf(error)}`;
    throw new FaasoError('bad_context', message, { cause: error });
  }
}

/** Go's filepath.Clean, then without the slash at the start: patterns count from the context's root. */
function cleaned(written: string): string {
  const clean = posix.normalize(written).replace(/(?<=.)\/$/, '');
  return clean.length > 1 && clean.startsWith('/') ? clean.slice(1) : clean;
}

// Repeated `**/` means what one means; taken one by one they would make the match slow.
const TOKENS = /(?:\*\*\/)+(?:\*\*$)?|\*\*|\*|\?|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|./gsu;

/** `**` is any number of folders, `*` and `?` stay in one, `[a-z]` and `\` are as in Go's filepath.Match. */
function regexpOf(pattern: string): string {
  return [...pattern.matchAll(TOKENS)]
    .map(([token], index, all) => regexpOfToken(token, index === all.length - 1))
    .join('');
}

function regexpOfToken(token: string, last: boolean): string {
  if (token.startsWith('**')) return last ? '.*' : '(?:.*/)?';
  if (token === '*') return '[^/]*';
  if (token === '?') return '[^/]';
  if (token.length > 1 && token.startsWith('\\')) return escaped(token.slice(1));
  if (token.length > 1 && token.startsWith('[')) return `(?!/)${classOf(token)}`;
  if (token === '[') throw new Error('"[" is never closed');
  if (token === '\\') throw new Error('"\\" at the end');
  return escaped(token);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}

/** `[^a-z]`, with everything escaped that only JavaScript gives a meaning. */
function classOf(token: string): string {
  const negated = token.startsWith('[^');
  const inner = token.slice(negated ? 2 : 1, -1);
  if (inner === '') throw new Error('"[]" is empty');
  const members = inner.replace(/\\(.)|[\\[\]^]/gsu, (member, kept: string | undefined) => {
    const character = kept ?? member;
    return /[\\[\]^-]/.test(character) ? `\\${character}` : character;
  });
  return `[${negated ? '^' : ''}${members}]`;
}
