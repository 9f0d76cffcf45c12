/**
 * .dockerignore as Docker reads it: BuildKit's ignorefile reader, moby/patternmatcher, and how fsutil walks a folder with it. Pure.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
import { posix } from 'node:path';
import { FaasoError, messageOf } from '../../errors.ts';
import { pathTestOf, type PathTest } from './docker-pattern.ts';

interface Pattern {
  readonly negated: boolean;
  readonly matches: PathTest;
  /** Without `/*` and `/**` at its end. */
  readonly stem: string;
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
 * @throws FaasoError `bad_context` with file and line for an invalid pattern
 */
export function readIgnores(text: string, file: string): Ignores {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const patterns = lines.flatMap((line, index) => patternOf(line, `${file}:${index + 1}:1`) ?? []);
  const walked = new WalkedPatterns(patterns);
  const negated = patterns.filter((pattern) => pattern.negated);
  const anywhere = negated.some(({ stem }) => /[*?[\]^\\]/.test(stem));
  return {
    ignores: (path) => walked.at(path).ignored,
    mayReturnBelow: (folder) => anywhere || negated.some(({ stem }) => `${stem}/`.startsWith(`${folder}/`)),
  };
}

interface IgnoreResult {
  readonly ignored: boolean;
  /** Of each pattern, whether it counts for what is below. */
  readonly matched: readonly boolean[];
}

/**
 * The patterns along the way from the root to a path. A pattern that matches a folder matches all that is below it, but
 * only if it was asked there: one with `!` is asked where something is ignored, one without where nothing is. So an
 * exception for a folder that nothing excluded says nothing of what is in it.
 */
class WalkedPatterns {
  readonly #patterns: readonly Pattern[];
  readonly #folders = new Map<string, IgnoreResult>();

  constructor(patterns: readonly Pattern[]) {
    this.#patterns = patterns;
  }

  at(path: string): IgnoreResult {
    const slash = path.lastIndexOf('/');
    return this.#ask(path, slash < 0 ? undefined : this.#folder(path.slice(0, slash)));
  }

  #folder(path: string): IgnoreResult {
    const known = this.#folders.get(path);
    if (known) return known;
    const result = this.at(path);
    this.#folders.set(path, result);
    return result;
  }

  #ask(path: string, parent: IgnoreResult | undefined): IgnoreResult {
    let ignored = false;
    const matched = this.#patterns.map(({ negated, matches }, index) => {
      const here = parent?.matched[index] === true || (negated === ignored && matches(path));
      if (here) ignored = !negated;
      return here;
    });
    return { ignored, matched };
  }
}

function patternOf(line: string, at: string): Pattern | undefined {
  const written = trimmed(line);
  if (line.startsWith('#') || written === '') return undefined;
  const negated = written.startsWith('!');
  const pattern = negated ? cleaned(trimmed(written.slice(1))) : trimmed(cleaned(written));
  if (pattern === '' || (negated && pattern === '/'))
    throw new FaasoError('bad_context', `${at}: "!" needs a pattern after it`);
  try {
    return {
      negated,
      matches: pathTestOf(pattern),
      stem: pattern.replace(/\/\*\*$/, '').replace(/\/\*$/, ''),
    };
  } catch (error) {
    const message = `${at}: ${JSON.stringify(written)} is not a valid pattern: ${messageOf(error)}`;
    throw new FaasoError('bad_context', message, { cause: error });
  }
}

/** As Go's strings.TrimSpace. */
function trimmed(text: string): string {
  return text.replace(/^[^\S\uFEFF\u0085]+|^\u0085+/u, '').replace(/[^\S\uFEFF\u0085]+$|\u0085+$/u, '');
}

/** Go's filepath.Clean, then without the slash at the start: patterns count from the context's root. */
function cleaned(written: string): string {
  if (written === '') return '';
  const clean = posix.normalize(written).replace(/(?<=.)\/$/, '');
  return clean.length > 1 && clean.startsWith('/') ? clean.slice(1) : clean;
}
