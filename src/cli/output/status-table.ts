/** `faaso status` for people: a row for each instance; under it, why it takes no traffic and what fixes it. Pure. */
import type { FunkoDisk, FunkoStatus, InstanceStatus, WorkerStatus } from '../../api/funko-api.ts';
import { bytesText } from './bytes.ts';
import { age } from './durations.ts';
import { printable } from './printable.ts';
import { tableRows, type Cell } from './table.ts';
import { wrapCommand, wrapLine } from './wrap.ts';

export interface TableOptions {
  readonly now: Date;
  /** Columns of the terminal; any number if absent. */
  readonly width?: number;
  /** Gives text the colour of a state. */
  readonly paint: (state: string, text: string) => string;
}

const ABOUT = ['FUNKO', 'STATE', 'NEWEST'];
const INSTANCE = ['INSTANCE', 'VERSION', 'STATE', 'IN FLIGHT', 'SINCE'];

/** A funko's status with its URLs, and if that was asked for what it takes on the disk; null if it has no versions. */
export type Shown = FunkoStatus & { readonly urls: readonly string[]; readonly disk?: FunkoDisk | null };

/** The table's lines, its head included. */
export function statusLines(funkos: readonly Shown[], options: TableOptions): string[] {
  const withUrls = funkos.some(({ urls }) => urls.length > 0);
  const withDisk = funkos.some(({ disk }) => disk !== undefined);
  const about = withDisk ? [...ABOUT, 'DISK'] : ABOUT;
  const head = [...about, ...INSTANCE, ...(withUrls ? ['URL'] : [])].map((text) => ({ text }));
  const entries = funkos.flatMap((funko) => entriesOf(funko, options));
  const [first = [], ...rows] = tableRows([head, ...entries.map(({ row }) => row)], options.width);
  return [...first, ...rows.flatMap((lines, index) => [...lines, ...(entries[index]?.notes ?? [])])];
}

interface TableEntry {
  readonly row: readonly Cell[];
  readonly notes: readonly string[];
}

function entriesOf(funko: Shown, options: TableOptions): TableEntry[] {
  const { disk } = funko;
  const taken = disk === undefined ? [] : [{ text: disk === null ? '-' : bytesText(disk.bytes) }];
  const about = [
    { text: funko.name },
    stateCell(funko.state, options),
    { text: funko.latest ?? '-' },
    ...taken,
  ];
  const [first, ...others] = [...funko.instances, ...(funko.workers ?? []).map(asInstance)];
  const shared = sharedNote(funko, options);
  if (first === undefined) return [{ row: about, notes: [] }];
  const url = { text: funko.urls[0] ?? '' };
  const blank = about.map(() => ({ text: '' }));
  return [
    {
      row: [...about, ...instanceCells(first, options), url],
      notes: [...shared, ...notesOf(first, options)],
    },
    ...others.map((one) => ({
      row: [...blank, ...instanceCells(one, options)],
      notes: notesOf(one, options),
    })),
  ];
}

/** A worker has a row like an instance. */
type Row = Pick<InstanceStatus, 'name' | 'version' | 'reason' | 'fix' | 'since' | 'inFlight'> & {
  readonly state: string;
};

function asInstance({ restarts, reason, ...worker }: WorkerStatus): Row {
  const times =
    restarts === 0 ? null : `Docker has started it again ${restarts} time${restarts === 1 ? '' : 's'}`;
  const notes = [reason, times].filter((note) => note !== null);
  return { ...worker, reason: notes.length === 0 ? null : notes.join('; '), inFlight: null };
}

function sharedNote({ split }: FunkoStatus, { width = Infinity }: TableOptions): string[] {
  const shares = split?.map(({ version, weight }) => `${version} ${weight} %`);
  return shares ? wrapLine(`  the requests are shared: ${shares.join(', ')}`, width) : [];
}

function instanceCells(instance: Row, options: TableOptions): Cell[] {
  return [
    { text: instance.name },
    { text: instance.version ?? '-' },
    stateCell(instance.state, options),
    { text: instance.inFlight === null ? '-' : String(instance.inFlight) },
    { text: age(instance.since, options.now) },
  ];
}

function stateCell(state: string, { paint }: TableOptions): Cell {
  return { text: state, paint: (padded) => paint(state, padded) };
}

function notesOf({ reason, fix }: Row, { width = Infinity }: TableOptions): string[] {
  const notes = reason === null ? [] : wrapLine(`  ${printable(reason)}`, width);
  // A server of another version may not send it.
  return !fix ? notes : [...notes, ...wrapCommand(`  fix: ${printable(fix)}`, width)];
}
