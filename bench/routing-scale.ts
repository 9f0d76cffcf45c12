/**
 * How routing grows with the number of containers: `npm run bench:routing-scale`. Follows a simulated engine, which is
 * a process of its own, with 100, 1,000 and 10,000 running containers; each row is measured in a fresh process.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { row } from './figures.ts';

const COUNTS = [100, 1_000, 10_000];

const HEAD = [
  'containers',
  'full sync s',
  'CPU of it s',
  'CPU per event ms',
  'event → table ms, median',
  'p99',
  'heap MB',
  'RSS MB',
  'lookup µs',
  'patch in a worker µs',
];

console.log(row(HEAD));
console.log(`|${'---|'.repeat(HEAD.length)}`);
for (const count of COUNTS) {
  const script = fileURLToPath(new URL('routing-scale-row.ts', import.meta.url));
  const { status } = spawnSync(process.execPath, ['--expose-gc', script, String(count)], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(1);
}
