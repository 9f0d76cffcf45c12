/** What a received build context may hold, entry by entry. Pure: no streams. */
import type { Header } from 'tar-stream';
import { FaasoError, shown } from '../../errors.ts';
import { MANIFEST_FILE, MAX_MANIFEST_BYTES } from '../../funko/manifest/schema.ts';
import { cleanName, whyBadTarget } from '../files/paths.ts';

/** An entry that passed. */
export type Passed = ReceivedStat &
  (
    | { readonly type: 'directory'; readonly name: string }
    | { readonly type: 'symlink' | 'link'; readonly name: string; readonly target: string }
    | { readonly type: 'file'; readonly name: string; readonly size: number }
  );

/** What is passed on unchanged: the permission bits, and the time in seconds since 1970. */
interface ReceivedStat {
  readonly mode: number;
  readonly mtime: number;
}

type EntryKind = 'file' | 'directory' | 'symlink' | 'implied';

export interface TarLimits {
  /** Of one file; it can't be larger than the whole tar may be. */
  readonly maxBytes: number;
  readonly maxEntries: number;
}

/** The names of all entries and of the folders above them are kept in memory, at most this many bytes. */
const MAX_NAMES_BYTES = 32 * 1024 * 1024;
/** PAX headers of sparse files, GNU tar's and Solaris': their data is not what lies in the tar. */
const SPARSE = /^(GNU\.sparse|SUN\.holesdata)/;

/** The largest time that eleven octal digits hold. */
const MAX_TIME = 0o77777777777;

/** Remembers the entries that passed, to refuse a second one of the same name and names that go through a link. */
export class TarRules {
  readonly #kinds = new Map<string, EntryKind>();
  readonly #limits: TarLimits;
  #entries = 0;
  #nameBytes = 0;

  constructor(limits: TarLimits) {
    this.#limits = limits;
  }

  /**
   * Checks one entry.
   * @returns undefined for the root folder itself (`./`), which says nothing
   * @throws FaasoError `bad_context`, `too_large`, with the entry's name
   */
  check(header: Header): Passed | undefined {
    const { maxEntries, maxBytes } = this.#limits;
    if (++this.#entries > maxEntries) throw tooMany(`more than ${maxEntries} entries`);
    checkHeader(header, maxBytes);
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
        return { ...statOf(header), type: 'file', name, size: header.size };
      case 'directory':
        return { ...statOf(header), type: 'directory', name };
      case 'symlink':
        return symlinkOf(name, header);
      case 'link':
        return this.#hardLinkOf(name, header);
      default:
        throw refusal(header.name, `it is ${kindOf(header)}; only files, folders and links are taken`);
    }
  }

  /** A hard link is another name of a file that came before; anything else would reach out of the archive. */
  #hardLinkOf(name: string, header: Header): Passed {
    const target = cleanName(header.linkname);
    if ('refused' in target)
      throw refusal(header.name, `it is a hard link, and of its target ${target.refused}`);
    if (this.#kinds.get(target.name) === 'file')
      return { ...statOf(header), type: 'link', name, target: target.name };
    throw refusal(
      header.name,
      `it is a hard link to ${shown(header.linkname)}, which is not an earlier file`,
    );
  }

  #remember(entry: Passed, raw: string): void {
    const kind: EntryKind = entry.type === 'link' ? 'file' : entry.type;
    const before = this.#kinds.get(entry.name);
    if (before !== undefined && !(before === 'implied' && kind === 'directory'))
      throw refusal(raw, 'it comes twice');
    this.#rememberParents(entry.name, raw);
    this.#keep(entry.name, kind);
  }

  /** From the innermost up to the first that is known, whose own parents are too. */
  #rememberParents(name: string, raw: string): void {
    for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
      const parent = name.slice(0, end);
      const above = this.#kinds.get(parent);
      if (above === 'symlink' || above === 'file')
        throw refusal(raw, `${shown(parent)} above it is a ${above}, not a folder`);
      if (above !== undefined) return;
      this.#keep(parent, 'implied');
    }
  }

  #keep(name: string, kind: EntryKind): void {
    this.#nameBytes += name.length;
    if (this.#nameBytes > MAX_NAMES_BYTES) throw tooMany('names that are too long');
    this.#kinds.set(name, kind);
  }
}

/** What no header may say, whatever it is for. The names are decoded: bytes that are no UTF-8 have become U+FFFD. */
function checkHeader({ name, size, ...more }: Header, maxBytes: number): void {
  const target = more.linkname as string | null;
  const pax = (more.pax ?? {}) as Readonly<Record<string, string>>;
  if (name.includes('\uFFFD')) throw refusal(name, 'its name is not valid UTF-8');
  if (target?.includes('\uFFFD') === true) throw refusal(name, 'its target is not valid UTF-8');
  if (Object.keys(pax).some((key) => SPARSE.test(key)))
    throw refusal(name, 'it is a sparse file; pack it as an ordinary one');
  if (!/^[0-9]*$/.test(pax['size'] ?? ''))
    throw refusal(name, 'its PAX header has a size that is not a number');
  if (Number.isSafeInteger(size) && size <= maxBytes) return;
  const message = `The entry ${shown(name)} of the build context is larger than the ${maxBytes} bytes that all of it may have.`;
  throw new FaasoError('too_large', message);
}

function kindOf({ type }: Header): string {
  return (type as string | null) === null ? 'of an unknown kind (a sparse file?)' : `a ${type}`;
}

function tooMany(what: string): FaasoError {
  return new FaasoError('too_large', `The build context has ${what}; leave some out with .dockerignore.`);
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
  if (header.type !== 'directory') throw refusal(header.name, 'it stands for the root and is not a folder');
}

function symlinkOf(name: string, header: Header): Passed {
  const target = (header.linkname as string | null) ?? '';
  const why = whyBadTarget(target);
  if (why !== undefined) throw refusal(header.name, `it is a link to ${shown(target)}: ${why}`);
  return { ...statOf(header), type: 'symlink', name, target };
}

/** A time that a header of ours can't hold becomes the nearest that it can. */
function statOf({ mode, mtime }: Header): ReceivedStat {
  const seconds = Math.floor(mtime.getTime() / 1000) || 0;
  return { mode: mode & 0o7777, mtime: Math.min(Math.max(seconds, 0), MAX_TIME) };
}

function refusal(raw: string, why: string): FaasoError {
  return new FaasoError('bad_context', `The entry ${shown(raw)} of the build context is refused: ${why}.`);
}
