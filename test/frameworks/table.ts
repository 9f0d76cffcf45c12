/** The table of docs/frameworks.md: a row for each project, made by `npm run test:frameworks -- --write`. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Seen } from './check.ts';
import type { Own } from './compare.ts';

const PAGE = fileURLToPath(new URL('../../docs/frameworks.md', import.meta.url));
const BEGIN = '<!-- table: npm run test:frameworks -- --write -->';
const END = '<!-- end of the table -->';
const HEAD = [
  '| Project | Made by | funko.yml | Image | Cold build | Warm build | Start | Memory | By path |',
  '| --- | --- | --: | --: | --: | --: | --: | --: | --- |',
];

/** Replaces the rows of these projects and leaves the others. */
export async function writeRows(rows: readonly string[]): Promise<void> {
  const page = await readFile(PAGE, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin)
    throw new Error(`docs/frameworks.md has no place for the table: ${BEGIN} … ${END}`);
  const before = page
    .slice(begin, end)
    .split('\n')
    .filter((line) => line.startsWith('| '));
  const kept = new Map(
    [...before.filter((line) => !HEAD.includes(line)), ...rows].map((row) => [titleOf(row), row]),
  );
  const sorted = [...kept.values()].sort((one, other) => titleOf(one).localeCompare(titleOf(other), 'en'));
  const table = [BEGIN, '', ...HEAD, ...sorted, '', END].join('\n');
  await writeFile(PAGE, page.slice(0, begin) + table + page.slice(end + END.length));
}

/** `| Express | express-generator 4.16.1 | 2 lines | 221 MB (1.02 ×) | 9 s | 2 s (own: 1 s) | 0.5 s | 41 MiB | yes |` */
export function rowOf(seen: Seen, own: Own): string {
  const size = `${Math.round(seen.imageBytes / 1e6)} MB`;
  const ratio = own.imageBytes === undefined ? '' : ` (${(seen.imageBytes / own.imageBytes).toFixed(2)} ×)`;
  const alone = own.buildSeconds === undefined ? '' : ` (own: ${own.buildSeconds.toFixed(1)} s)`;
  const cells = [
    seen.title,
    seen.madeBy,
    `${seen.lines} lines`,
    size + ratio,
    `${seen.coldSeconds.toFixed(1)} s`,
    `${seen.warmSeconds.toFixed(1)} s${alone}`,
    `${seen.startSeconds.toFixed(1)} s`,
    `${Math.round(seen.memoryMib)} MiB`,
    seen.worksByPath ? 'works' : 'page only',
  ];
  return `| ${cells.join(' | ')} |`;
}

function titleOf(row: string): string {
  return row.split(' | ')[0]?.replace('| ', '') ?? '';
}
