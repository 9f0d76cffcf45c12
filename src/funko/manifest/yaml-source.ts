/**
 * YAML whose every value knows where it was written, so that each error can name file, line and column.
 * Used for funko.yml and runtime.yml. Pure: takes text, does no I/O.
 */
import { createRequire } from 'node:module';
import type * as yaml from 'yaml';
import type { Document, LineCounter, Node } from 'yaml';
import { FaasoError, messageOf, type ErrorCode } from '../../errors.ts';
import { onDemand } from '../../util/lazy.ts';
import { wordingsOf } from './yaml-wording.ts';

const require = createRequire(import.meta.url);
const library = onDemand(() => require('yaml') as typeof yaml);

/** How often aliases (`*name`) may be expanded in one file: enough for people, not for a "billion laughs" file. */
const MAX_ALIASES = 100;

/** Keys from the root to a value, as in a JSON pointer. */
export type YamlPath = readonly string[];

export interface YamlSource {
  /** The name that messages give. */
  readonly file: string;
  /** Plain JSON-like data. */
  readonly value: unknown;
  /** `file:line:column` of the value at a path, or of the nearest thing around it that exists. */
  positionOf(path: YamlPath): string;
  /** `file:line:column` of the key at the end of a path. */
  positionOfKey(path: YamlPath): string;
  /** A scalar as it was written, e.g. `010` for a number; undefined where there is no plain scalar. */
  writtenAs(path: YamlPath): string | undefined;
}

/**
 * Parses one YAML document.
 * @param code the code of the error that lists every syntax error with its position
 */
export function readYaml(text: string, file: string, code: ErrorCode): YamlSource {
  const { LineCounter, isScalar, parseDocument, visit } = library();
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => place(file, lines, offset);
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    throw new FaasoError(
      code,
      wordingsOf(problems, text)
        .map(({ offset, message }) => `${at(offset)}: ${message}`)
        .join('\n'),
    );
  }
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key)) return;
      const offset = (key as Node | null)?.range?.[0] ?? 0;
      throw new FaasoError(
        code,
        `${at(offset)}: a key must be a plain word, not a list, a mapping or an alias`,
      );
    },
  });
  return {
    file,
    value: plain(document, file, code),
    positionOf: (path) => at(locate(document, path).valueOffset),
    positionOfKey: (path) => at(locate(document, path).keyOffset),
    writtenAs: (path) => {
      const node = locate(document, path).node;
      return isScalar(node) ? node.source : undefined;
    },
  };
}

function place(file: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
}

function plain(document: Document, file: string, code: ErrorCode): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    throw new FaasoError(code, `${file}: its aliases ("*name") can't be expanded: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

interface Located {
  readonly node: Node | null;
  readonly keyOffset: number;
  readonly valueOffset: number;
}

/** Walks down a path; where it ends early, what was found so far stands for the rest. */
function locate(document: Document, path: YamlPath): Located {
  let found: Located = here(document.contents, 0);
  for (const step of path) {
    const next = child(document, found.node, step);
    if (next === undefined) return { ...found, node: null };
    found = next;
  }
  return found;
}

function child(document: Document, parent: Node | null, step: string): Located | undefined {
  const { isAlias, isMap, isScalar, isSeq } = library();
  const node = isAlias(parent) ? (parent.resolve(document) ?? null) : parent;
  if (isSeq<Node>(node)) {
    const item = node.items[Number(step)];
    return item && here(item, offsetOf(item, 0));
  }
  if (!isMap<Node, Node | null>(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
  return pair && here(pair.value, offsetOf(pair.key, 0));
}

/** Offsets of a node; a value that was left out (`name:`) is where its key is. */
function here(node: Node | null, keyOffset: number): Located {
  const empty = library().isScalar(node) && node.value === null && node.source === '';
  return { node, keyOffset, valueOffset: empty ? keyOffset : offsetOf(node, keyOffset) };
}

function offsetOf(node: Node | null, otherwise: number): number {
  return node?.range?.[0] ?? otherwise;
}
