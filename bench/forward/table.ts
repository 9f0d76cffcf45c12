/** The results as Markdown. Pure. */
import { figuresOf } from '../figures.ts';
import type { Case, Figures } from './case.ts';

/** A proxy's figures, one for each round. */
export interface Result {
  readonly key: string;
  readonly title: string;
  readonly rounds: readonly Figures[];
}

/** The proxies that the others are compared with. */
const ANCHORS = [
  { key: 'nginx', title: '× nginx' },
  { key: 'caddy', title: '× Caddy' },
  { key: 'fast-proxy', title: '× fast-proxy' },
] as const;

/** A case's table: medians of the rounds, then the first column's ratios to the anchors that were measured. */
export function tableOf({ title, columns }: Case, results: readonly Result[]): string {
  const [first] = columns;
  const anchors = ANCHORS.flatMap((anchor) => {
    const result = results.find(({ key }) => key === anchor.key);
    return result && first ? [{ title: anchor.title, value: median(result, first.key) }] : [];
  });
  const head = ['', ...columns.map((column) => column.title), ...anchors.map((anchor) => anchor.title)];
  const rows = results.map((result) => [
    result.title,
    ...columns.map(({ key, digits }) => text(median(result, key), digits)),
    ...anchors.map(({ value }) => text(median(result, first?.key ?? '') / value, 2)),
  ]);
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `#### ${title}\n\n${lines.join('\n')}\n`;
}

function median({ rounds }: Result, key: string): number {
  return figuresOf(rounds.map((figures) => figures[key] ?? NaN)).median;
}

function text(value: number, digits: number): string {
  if (Number.isNaN(value)) return '–';
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
