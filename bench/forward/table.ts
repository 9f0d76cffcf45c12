/** The results as Markdown. Pure. */
import { figuresOf } from '../figures.ts';
import type { Case, Figures } from './case.ts';

/** A proxy's figures, one for each round. */
export interface Result {
  readonly key: string;
  readonly title: string;
  readonly rounds: readonly Figures[];
  /** What the row says instead of figures. */
  readonly instead?: string | undefined;
}

/** The proxies that the others are compared with. */
const ANCHORS = [
  { key: 'nginx', title: '× nginx' },
  { key: 'caddy', title: '× Caddy' },
  { key: 'fast-proxy', title: '× fast-proxy' },
] as const;

/** What is to be known of a run: a sentence before the tables. */
export function headOf(run: {
  readonly rounds: number;
  readonly seconds: number;
  readonly cores: number;
  /** Of the machine, over the minute before the run. */
  readonly load: number;
}): string {
  const { rounds, seconds, cores, load } = run;
  const of = `Medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'} of ${seconds} s each`;
  return `${of}; ${cores} cores, which had a load of ${load.toFixed(1)} before it began.\n`;
}

/** A case's table: medians of the rounds, then the first column's ratios to the anchors that were measured. */
export function tableOf({ title, note, columns }: Case, results: readonly Result[]): string {
  const first = columns[0]?.key ?? '';
  const anchors = ANCHORS.flatMap((anchor) => {
    const result = results.find(({ key }) => key === anchor.key);
    const usable = result !== undefined && result.instead === undefined && result.rounds.length > 0;
    return usable ? [{ title: anchor.title, value: median(result, first) }] : [];
  });
  const head = ['', ...columns.map((column) => column.title), ...anchors.map((anchor) => anchor.title)];
  const rows = results.map((result) => {
    if (result.instead !== undefined) return [result.title, result.instead, ...head.slice(2).map(() => '')];
    const figures = columns.map(({ key, digits }) => text(median(result, key), digits));
    const ratios = anchors.map(({ value }) => text(median(result, first) / value, 2));
    return [result.title, ...figures, ...ratios];
  });
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return [`#### ${title}`, ...(note === undefined ? [] : [note]), lines.join('\n')].join('\n\n') + '\n';
}

function median({ rounds }: Result, key: string): number {
  return figuresOf(rounds.map((figures) => figures[key] ?? NaN)).median;
}

function text(value: number, digits: number): string {
  if (!Number.isFinite(value)) return '–';
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
