/** Requests to a page one after another, while versions come and go behind it. */
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 20;

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** `GET` by the host's name as the client writes it, sent to this machine: not each resolver knows names below localhost. */
export async function ask(url: string): Promise<Answer> {
  const { host, port, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: pathname + search, headers: { host } };
    const sent = request(options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', reject);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) });
      });
    });
    sent.once('error', reject).end();
  });
}

/** Asks until it is stopped; then gives what failed. An answer of the funko below 500 is right. */
export function asking(url: string): { stop(): Promise<string[]> } {
  const failures: string[] = [];
  const stopped = new AbortController();
  const loop = (async () => {
    while (!stopped.signal.aborted) {
      await ask(url).then(
        ({ status, body }) => {
          if (status >= 500) failures.push(`${status} ${body.toString('utf8', 0, 200)}`);
        },
        (error: unknown) => failures.push(String(error)),
      );
      await sleep(PAUSE_MS);
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await loop;
      return failures;
    },
  };
}
