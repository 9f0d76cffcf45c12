/** What a soak's figures mean. Pure. */
import { figuresOf, row } from '../figures.ts';
import type { Count } from './crowd.ts';
import type { ProcessSample, Sample } from './samples.ts';

export interface Report {
  readonly seconds: number;
  readonly counts: ReadonlyMap<string, Count>;
  /** Clients that could not begin, for too many were under way. */
  readonly left: number;
  readonly changes: ReadonlyMap<string, number>;
  readonly samples: readonly Sample[];
  /** Before the load and some time after it. */
  readonly before: readonly ProcessSample[];
  readonly after: readonly ProcessSample[];
  /** Requests in flight when nobody asks any more, as the proxy counts them. */
  readonly inFlight: number;
}

export interface Verdict {
  readonly aim: string;
  readonly found: string;
  /** Null: it can't be told, for the soak was too short or the machine too slow. */
  readonly met: boolean | null;
}

/**
 * This share of the soak is its warm-up: some ten minutes pass until the processes' memory has the size that this load
 * asks for. What leaks goes on growing after it.
 */
const WARM_UP = 0.5;
/** Below this nothing is said of memory. */
const SHORTEST_SECONDS = 300;
/** What a process may grow in the hour after its warm-up and still be called flat. */
const FLAT_MIB_PER_HOUR = 12;

export function verdictsOf(report: Report): Verdict[] {
  const counts = [...report.counts.values()];
  const unexpected = counts.reduce((sum, count) => sum + count.unexpected, 0);
  const pids = (processes: readonly ProcessSample[]): string => processes.map(({ pid }) => pid).join();
  return [
    { aim: 'no unexpected answer', found: String(unexpected), met: unexpected === 0 },
    ...report.before.map(({ process }) => flatness(report, process, 'pssMiB', 'PSS')),
    ...report.before.map(({ process }) => flatness(report, process, 'heapMiB', 'heap')),
    back(report, 'sockets'),
    back(report, 'files'),
    { aim: 'no request in flight', found: String(report.inFlight), met: report.inFlight === 0 },
    {
      aim: 'the same processes',
      found: pids(report.after) === pids(report.before) ? 'the same' : 'others',
      met: pids(report.after) === pids(report.before),
    },
    {
      aim: 'the rate was kept',
      found: `${report.left} clients did not begin`,
      met: report.left === 0 || null,
    },
  ];
}

/** MiB an hour after the warm-up; of the heap its floor counts, which is what the garbage collection left. */
function flatness(
  { samples, seconds }: Report,
  process: string,
  key: 'pssMiB' | 'heapMiB',
  what: string,
): Verdict {
  const all = seriesOf(samples, process, key).filter(([at]) => at >= seconds * WARM_UP);
  const slope = slopeOf(key === 'heapMiB' ? floor(all) : all) * 3600;
  return {
    aim: `${what} of ${process} grows by less than ${FLAT_MIB_PER_HOUR} MiB an hour`,
    found: `${slope.toFixed(1)} MiB an hour`,
    met: seconds < SHORTEST_SECONDS ? null : slope < FLAT_MIB_PER_HOUR,
  };
}

function back({ before, after }: Report, key: 'sockets' | 'files'): Verdict {
  const sum = (processes: readonly ProcessSample[]): number =>
    processes.reduce((total, process) => total + process[key], 0);
  const found = `${sum(after)}, before ${sum(before)}`;
  return { aim: `as many ${key} as before`, found, met: sum(after) <= sum(before) };
}

type Series = readonly (readonly [at: number, value: number])[];

export function seriesOf(samples: readonly Sample[], process: string, key: keyof ProcessSample): Series {
  return samples.flatMap(({ at, processes }) => {
    const value = Number(processes.find((one) => one.process === process)?.[key] ?? NaN);
    return Number.isNaN(value) ? [] : [[at, value] as const];
  });
}

/** The smallest value of each ten in a row. */
export function floor(series: Series): Series {
  const groups = Array.from({ length: Math.ceil(series.length / 10) }, (_, at) =>
    series.slice(at * 10, at * 10 + 10),
  );
  return groups.flatMap((group) => group.toSorted((a, b) => a[1] - b[1]).slice(0, 1));
}

/** Median of the slopes between all pairs (Theil and Sen), which a single spike does not bend; 0 for less than two. */
export function slopeOf(series: Series): number {
  const slopes = series.flatMap(([at, value], index) =>
    series.slice(index + 1).map(([later, grown]) => (grown - value) / (later - at)),
  );
  return slopes.length === 0 ? 0 : figuresOf(slopes).median;
}

/** The report as Markdown. */
export function markdownOf(report: Report): string {
  const clients = [...report.counts].map(([kind, count]) =>
    row([kind, ...[count.asked, count.right, count.inevitable, count.unexpected].map(String)]),
  );
  const changes = [...report.changes].map(([what, times]) => `${times} × ${what}`).join(', ');
  const verdicts = verdictsOf(report).map(({ aim, found, met }) =>
    row([aim, found, met === null ? 'can not be told' : met ? 'yes' : 'NO']),
  );
  return [
    `#### ${Math.round(report.seconds / 60)} minutes; ${changes}`,
    ['| clients | asked | right | inevitable | unexpected |', '|---|---|---|---|---|', ...clients].join('\n'),
    processTable(report),
    ['| aim | found | met |', '|---|---|---|', ...verdicts].join('\n'),
  ].join('\n\n');
}

/** Each process at the start, after the warm-up, at the end of the load (medians of ten samples), and after it. */
function processTable({ samples, before, after, seconds }: Report): string {
  const warm = samples.filter(({ at }) => at >= seconds * WARM_UP).slice(0, 10);
  const last = samples.slice(-10);
  const rows = before.flatMap((first) =>
    (['pssMiB', 'heapMiB', 'sockets', 'files'] as const).map((key) => {
      const during = [warm, last].map((some) => median(seriesOf(some, first.process, key)));
      const end = after.find(({ process }) => process === first.process)?.[key] ?? NaN;
      return row([
        first.process,
        TITLES[key],
        ...[first[key], ...during, end].map((value) => value.toFixed(DIGITS[key])),
      ]);
    }),
  );
  const head = '| process | | before | warm | at the end | after |';
  return [head, '|---|---|---|---|---|---|', ...rows].join('\n');
}

const TITLES = { pssMiB: 'PSS MiB', heapMiB: 'heap MiB', sockets: 'sockets', files: 'open files' };
const DIGITS = { pssMiB: 1, heapMiB: 1, sockets: 0, files: 0 };

function median(series: Series): number {
  return figuresOf(series.map(([, value]) => value)).median;
}
