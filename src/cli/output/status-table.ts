/** `faaso status` for people: a row for each instance; under it, why it takes no traffic and what mends it. Pure. */
import type { FunkoDisk, FunkoStatus, InstanceStatus } from '../../lifecycle/funkos.ts';
import { bytesText } from './bytes.ts';
import { age } from './durations.ts';
import { printable } from './printable.ts';
import { tableLines, type Cell } from './table.ts';

export interface TableOptions {
  readonly now: Date;
  /** Gives text the colour of a state. */
  readonly paint: (state: string, text: string) => string;
}

const ABOUT = ['FUNKO', 'STATE', 'NEWEST'];
const INSTANCE = ['INSTANCE', 'VERSION', 'STATE', 'IN FLIGHT', 'SINCE'];

/** A funko's status, and if that was asked for what it takes on the disk; null if it has no versions. */
export type Shown = FunkoStatus & { readonly disk?: FunkoDisk | null };

/** The table's lines, its head included. */
export function statusLines(funkos: readonly Shown[], options: TableOptions): string[] {
  const withUrls = funkos.some(({ url }) => url !== null);
  const withDisk = funkos.some(({ disk }) => disk !== undefined);
  const about = withDisk ? [...ABOUT, 'DISK'] : ABOUT;
  const head = [...about, ...INSTANCE, ...(withUrls ? ['URL'] : [])].map((text) => ({ text }));
  const entries = funkos.flatMap((funko) => entriesOf(funko, options));
  const [first = '', ...lines] = tableLines([head, ...entries.map(({ row }) => row)]);
  return [first, ...lines.flatMap((line, index) => [line, ...(entries[index]?.notes ?? [])])];
}

interface Entry {
  readonly row: readonly Cell[];
  readonly notes: readonly string[];
}

function entriesOf(funko: Shown, options: TableOptions): Entry[] {
  const { disk } = funko;
  const taken = disk === undefined ? [] : [{ text: disk === null ? '-' : bytesText(disk.bytes) }];
  const about = [
    { text: funko.name },
    stateCell(funko.state, options),
    { text: funko.latest ?? '-' },
    ...taken,
  ];
  const [first, ...others] = funko.instances;
  const shared = sharedNote(funko);
  if (first === undefined) return [{ row: about, notes: [] }];
  const url = { text: funko.url ?? '' };
  const blank = about.map(() => ({ text: '' }));
  return [
    { row: [...about, ...instanceCells(first, options), url], notes: [...shared, ...notesOf(first)] },
    ...others.map((one) => ({ row: [...blank, ...instanceCells(one, options)], notes: notesOf(one) })),
  ];
}

function sharedNote({ split }: FunkoStatus): string[] {
  const shares = split?.map(({ version, weight }) => `${version} ${weight} %`);
  return shares ? [`  the requests are shared: ${shares.join(', ')}`] : [];
}

function instanceCells(instance: InstanceStatus, options: TableOptions): Cell[] {
  return [
    { text: printable(instance.name) },
    { text: instance.version ?? '-' },
    stateCell(instance.state, options),
    { text: instance.inFlight === null ? '-' : String(instance.inFlight) },
    { text: age(instance.since, options.now) },
  ];
}

function stateCell(state: string, { paint }: TableOptions): Cell {
  return { text: state, paint: (padded) => paint(state, padded) };
}

function notesOf({ reason, mend }: InstanceStatus): string[] {
  const notes = reason === null ? [] : [`  ${printable(reason)}`];
  return mend === null ? notes : [...notes, `  mend: ${printable(mend)}`];
}
