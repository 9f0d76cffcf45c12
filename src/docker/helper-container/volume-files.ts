/**
 * The files of a volume. A file is changed as a whole: a reader gets the old one or the new one at any moment
 * (rename(2)), and when a change is acknowledged it is on the disk (fsync(2)).
 */
import { FaasoError } from '../../errors.ts';
import { PAYLOAD_BYTES, isMissing, type Syscalls } from './syscalls.ts';

/** Relative to nothing: all paths are absolute. */
const NO_FOLDER = -100;
const READ_ONLY = 0;
const WRITE_A_NEW_ONE = 0o1 | 0o100 | 0o200;
/** Whatever user a container runs as can read it. */
const MODE = 0o444;
/** A table of the kernel has a line for each connection. */
const MOST_FILE_BYTES = 16 * 1024 ** 2;
/** What is being written, and what was when the engine ended: it counts for nothing. */
const DRAFT = '.new';

export class VolumeFolder {
  readonly #calls: Syscalls;
  readonly #path: string;

  /** @param path where the helper container has the volume */
  constructor(calls: Syscalls, path: string) {
    this.#calls = calls;
    this.#path = path;
  }

  /** The names of the files, sorted. No byte of what is in them is read. Throws `engine_*`. */
  async names(): Promise<string[]> {
    const names = await namesIn(this.#calls, this.#path);
    return names.filter((name) => !name.startsWith('.')).sort();
  }

  /** Makes a file, or puts this one in the place of the one that is there. Throws `engine_*`; then that is untouched. */
  async put(name: string, content: Uint8Array): Promise<void> {
    const draft = `${this.#path}/${DRAFT}`;
    await this.#calls.call('unlinkat', NO_FOLDER, draft, 0);
    try {
      await this.#write(draft, content);
      await this.#calls.must('renameat', NO_FOLDER, draft, NO_FOLDER, `${this.#path}/${name}`);
    } catch (error) {
      await this.#calls.call('unlinkat', NO_FOLDER, draft, 0).catch(() => undefined);
      throw error;
    }
    await this.#sync();
  }

  /** Removes a file. Gives false if there was none. Throws `engine_*`. */
  async remove(name: string): Promise<boolean> {
    const result = await this.#calls.call('unlinkat', NO_FOLDER, `${this.#path}/${name}`, 0);
    if (isMissing(result)) return false;
    if (result.value < 0) await this.#calls.must('unlinkat', NO_FOLDER, `${this.#path}/${name}`, 0);
    await this.#sync();
    return true;
  }

  async #write(path: string, content: Uint8Array): Promise<void> {
    const { value: file } = await this.#calls.must('openat', NO_FOLDER, path, WRITE_A_NEW_ONE, MODE);
    let at = 0;
    while (at < content.length) {
      const chunk = Buffer.from(content.subarray(at, at + PAYLOAD_BYTES));
      const { value } = await this.#calls.must('write', file, chunk, chunk.length);
      at += value;
    }
    await this.#calls.must('fsync', file);
    await this.#calls.must('close', file);
  }

  /** What was renamed or removed stays so, whatever happens to the machine. */
  async #sync(): Promise<void> {
    const { value: folder } = await this.#calls.must('openat', NO_FOLDER, this.#path, READ_ONLY);
    await this.#calls.must('fsync', folder);
    await this.#calls.must('close', folder);
  }
}

/** The names of all that is in a folder. Throws `engine_*`. */
export async function namesIn(calls: Syscalls, path: string): Promise<string[]> {
  const { value: folder } = await calls.must('openat', NO_FOLDER, path, READ_ONLY);
  const names: string[] = [];
  for (;;) {
    const room = Buffer.alloc(PAYLOAD_BYTES);
    const { value, payload } = await calls.must('getdents64', folder, room, PAYLOAD_BYTES);
    if (value === 0) break;
    names.push(...namesOf(payload.subarray(0, value)));
  }
  await calls.must('close', folder);
  return names;
}

/** A file's bytes; none if it can't be read. Throws `engine_*` if nothing can be asked any more. */
export async function bytesIn(calls: Syscalls, path: string): Promise<Buffer> {
  const { value: file } = await calls.call('openat', NO_FOLDER, path, READ_ONLY);
  if (file < 0) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  for (let bytes = 0; ;) {
    const { value, payload } = await calls.call('read', file, Buffer.alloc(PAYLOAD_BYTES), PAYLOAD_BYTES);
    if (value <= 0) break;
    bytes += value;
    if (bytes > MOST_FILE_BYTES) throw tooLong(path);
    chunks.push(payload.subarray(0, value));
  }
  await calls.must('close', file);
  return Buffer.concat(chunks);
}

/** `struct linux_dirent64`: 8 bytes inode, 8 offset, 2 length of the record, 1 type, then the name, ended by a zero. */
function namesOf(records: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at < records.length; at += records.readUInt16LE(at + 16)) {
    names.push(records.toString('utf8', at + 19, records.indexOf(0, at + 19)));
  }
  return names;
}

function tooLong(path: string): FaasoError {
  return new FaasoError('too_large', `${path} has more than ${MOST_FILE_BYTES} bytes, and no more is read.`);
}
