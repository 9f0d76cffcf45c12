/** What a received build context may hold, entry by entry. Pure: no streams. */
import type { Header } from 'tar-stream';
import { FaasoError } from '../errors.ts';
import { MANIFEST_FILE, MAX_MANIFEST_BYTES } from '../funko/schema.ts';
import { cleanName, parentsOf, whyLinkLeaves } from './paths.ts';

/** An entry that passed. */
export type Passed =
  | { readonly type: 'directory'; readonly name: string }
  | { readonly type: 'symlink' | 'link'; readonly name: string; readonly target: string }
  | { readonly type: 'file'; readonly name: string; readonly executable: boolean; readonly size: number };

type Kind = 'file' | 'directory' | 'symlink' | 'implied';

/** Remembers the entries that passed, to refuse a second one of the same name and names that go through a link. */
export class TarRules {
  readonly #kinds = new Map<string, Kind>();
  readonly #maxEntries: number;
  #entries = 0;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  /**
   * Checks one entry.
   * @returns undefined for the root folder itself (`./`), which says nothing
   * @throws FaasoError `bad_context`, `too_large`, with the entry's name
   */
  check(header: Header): Passed | undefined {
    if (++this.#entries > this.#maxEntries) {
      throw new FaasoError(
        'too_large',
        `The build context has more than ${this.#maxEntries} entries; leave some out with .dockerignore.`,
      );
    }
    const clean = cleanName(header.name);
    if ('refused' in clean) throw refusal(header.name, clean.refused);
    if (clean.name === '') {
      checkRoot(header);
      return undefined;
    }
    const entry = this.#entryOf(header, clean.name);
    this.#remember(entry, header.name);
    return entry;
  }

  #entryOf(header: Header, name: string): Passed {
    switch (header.type) {
      case 'file':
      case 'contiguous-file':
        return { type: 'file', name, executable: (header.mode & 0o111) !== 0, size: header.size };
      case 'directory':
        return { type: 'directory', name };
      case 'symlink':
        return symlinkOf(name, header);
      case 'link':
        return this.#hardLinkOf(name, header);
      default:
        throw refusal(
          header.name,
          `it is of the kind ${header.type}; only files, folders and links are taken`,
        );
    }
  }

  /** A hard link is another name of a file that came before; anything else would reach out of the archive. */
  #hardLinkOf(name: string, header: Header): Passed {
    const target = cleanName(header.linkname);
    if ('refused' in target)
      throw refusal(header.name, `it is a hard link, and of its target ${target.refused}`);
    if (this.#kinds.get(target.name) === 'file') return { type: 'link', name, target: target.name };
    throw refusal(
      header.name,
      `it is a hard link to ${shown(header.linkname)}, which is no file that came before it`,
    );
  }

  #remember(entry: Passed, raw: string): void {
    const kind: Kind = entry.type === 'link' ? 'file' : entry.type;
    const before = this.#kinds.get(entry.name);
    if (before !== undefined && !(before === 'implied' && kind === 'directory'))
      throw refusal(raw, 'it comes twice');
    for (const parent of parentsOf(entry.name)) {
      const above = this.#kinds.get(parent) ?? 'implied';
      if (above === 'symlink' || above === 'file')
        throw refusal(raw, `${shown(parent)} above it is a ${above}, not a folder`);
      this.#kinds.set(parent, above);
    }
    this.#kinds.set(entry.name, kind);
  }
}

/** Checks that the first entry is a small funko.yml. Throws `bad_context`. */
export function checkFirst(entry: Passed): void {
  if (entry.name !== MANIFEST_FILE || entry.type !== 'file') {
    const found = `The first entry of the build context is ${shown(entry.name)}`;
    throw new FaasoError(
      'bad_context',
      `${found}; it must be the file ${MANIFEST_FILE}, as \`faaso build\` sends it.`,
    );
  }
  if (entry.size > MAX_MANIFEST_BYTES) {
    throw refusal(entry.name, `it is larger than ${MAX_MANIFEST_BYTES} bytes, the most that is allowed`);
  }
}

function checkRoot(header: Header): void {
  if (header.type !== 'directory') throw refusal(header.name, 'it stands for the root and is no folder');
}

function symlinkOf(name: string, header: Header): Passed {
  const why = whyLinkLeaves(name, header.linkname);
  if (why !== undefined) throw refusal(header.name, `it is a link to ${shown(header.linkname)}: ${why}`);
  return { type: 'symlink', name, target: header.linkname };
}

function refusal(raw: string, why: string): FaasoError {
  return new FaasoError('bad_context', `The entry ${shown(raw)} of the build context is refused: ${why}.`);
}

function shown(name: string): string {
  const text = JSON.stringify(name);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
