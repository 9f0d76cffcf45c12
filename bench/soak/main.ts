/**
 * Twenty minutes of a modest load of every kind, as instances come and go: `npm run soak`. MINUTES=20 and RATE=100
 * (clients a second) can be set. Prints Markdown; the exit code is 1 if an aim was not met. Needs root.
 */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { docker, dockerQuietly } from '../../test/support/engine/docker-cli.ts';
import { soak } from './soak.ts';
import { markdownOf, verdictsOf } from './verdicts.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const image = `faaso-soak:${randomBytes(3).toString('hex')}`;
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

say(`building the proxy's image ${image}`);
try {
  await docker('build', '--quiet', '--tag', image, root);
  process.env['FAASO_TEST_IMAGE'] = image;
  const report = await soak({
    seconds: numberFrom('MINUTES', 20) * 60,
    rate: numberFrom('RATE', 100),
    ...{ pauseMs: 5000, sampleMs: 5000, steadyMs: 3000 },
    signal: stop.signal,
    say,
  });
  console.log(markdownOf(report));
  for (const example of report.examples) console.log(`- ${example}`);
  if (verdictsOf(report).some(({ met }) => met === false)) process.exitCode = 1;
} finally {
  await dockerQuietly('image', 'rm', '--force', image);
}

/** Progress goes to stderr: stdout is for the tables. */
function say(text: string): void {
  process.stderr.write(`soak: ${text}\n`);
}

function numberFrom(variable: string, fallback: number): number {
  const text = process.env[variable] ?? String(fallback);
  if (!/^[1-9][0-9]{0,3}$/.test(text))
    throw new Error(`${variable}=${text} is no whole number from 1 to 9999`);
  return Number(text);
}
