/** Runs conversations against a worker of its own, many at a time, and tells what went wrong. */
import type { Backend } from '../../../src/proxy/balancing/backend.ts';
import { sampleBackend } from '../../support/proxy/samples.ts';
import { converse } from './conversation.ts';
import { FuzzedWorker } from './fuzzed-worker.ts';
import { SOUND, SPOILT } from './seeds.ts';
import { startUpstream, type Sent } from './upstream.ts';

const AT_ONCE = 64;

export interface Outcome {
  readonly conversations: number;
  /** Messages that are sound by the reference; the front may have refused some. */
  readonly sound: number;
  /** Requests that reached a funko. */
  readonly forwarded: number;
  /** Of the worker, in MiB, before and after. */
  readonly memory: readonly [number, number];
  readonly faults: readonly string[];
}

/**
 * Goes on until `enough` says so, or something is wrong.
 * @param first number of the first conversation; the same seed and number make the same bytes
 */
export async function fuzz(
  seed: number,
  first: number,
  enough: (conversations: number) => boolean,
): Promise<Outcome> {
  const faults: string[] = [];
  const note = (what: string): void => void faults.push(`SEED=${seed}: ${what}`);
  const sent: Sent = new Map();
  const [sound, spoilt] = [
    await startUpstream(false, sent, seed, note),
    await startUpstream(true, sent, seed, note),
  ];
  await using worker = new FuzzedWorker(
    [backend(SOUND, 'a1', sound.port), backend(SPOILT, 'b2', spoilt.port)],
    note,
  );
  await worker.listening();
  const [sockets, memory] = [worker.sockets(), worker.memory()];
  let [conversations, requests] = [0, 0];
  const client = async (): Promise<void> => {
    while (faults.length === 0 && !enough(conversations)) {
      const number = first + conversations;
      conversations += 1;
      const { text, fault, requests: those } = await converse(worker.port, seed, number, sent);
      requests += those;
      if (fault !== undefined) note(`FIRST=${number}: ${fault}\nsent: ${JSON.stringify(text)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  if (faults.length === 0) await worker.atRest(sockets).catch((error: unknown) => note(String(error)));
  sound.close();
  spoilt.close();
  return {
    conversations,
    sound: requests,
    forwarded: sound.requests + spoilt.requests,
    memory: [memory, worker.memory()],
    faults,
  };
}

function backend(funko: string, id: string, port: number): Backend {
  return sampleBackend({
    id,
    name: `faaso-${funko}.1`,
    funkos: [funko],
    port,
    state: 'ready',
    probe: null,
    life: id,
  });
}
