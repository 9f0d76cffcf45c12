/**
 * Asks a URL until it answers 2xx, then prints the body. Arguments: the URL, and for how many seconds to ask on (0: once).
 * Ends with 1 and the last answer or error if that never comes.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const [url = '', seconds = '0'] = process.argv.slice(2);
const end = performance.now() + Number(seconds) * 1000;
let body: string | undefined;
let last = '';

async function ask(): Promise<void> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
    const text = await answer.text();
    if (answer.ok) body = text;
    else last = `${answer.status} ${text}`;
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    last = String(cause);
  }
}

await ask();
while (body === undefined && performance.now() < end) {
  await sleep(100);
  await ask();
}
if (body === undefined) {
  console.error(`${url} did not answer within ${seconds} s. Last: ${last}`);
  process.exitCode = 1;
} else {
  console.log(body.trimEnd());
}
