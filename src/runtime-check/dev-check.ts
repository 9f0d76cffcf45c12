/** The check that a runtime which declares `dev:` takes a change into the container that runs, without a build. */
import { FaasoError } from '../errors.ts';
import { MANIFEST_FILE } from '../funko/manifest/schema.ts';
import type { DevEvent } from '../dev/dev-events.ts';
import { runDev } from '../dev/dev-session.ts';
import { checkExchange } from './contract-checks.ts';
import type { Contract } from './contract.ts';
import { change } from './folder.ts';
import { NONCE, withNonce } from './nonce.ts';
import { NETWORK, type Fixture } from './fixture.ts';

const LOG_LINES = 20;

/** A line of code that was never seen before is live under `faaso dev`, and nothing was built for it. */
export async function checkDev(bench: Fixture, edit: Contract['edit'], nonce: string): Promise<void> {
  // Sessions of one name take over from each other, and others may check runtimes on this engine, too.
  const unname = await change(bench.folder, {
    file: MANIFEST_FILE,
    find: 'name: check',
    replace: `name: check-${nonce}`,
  });
  await using session = new DevCheckSession(bench);
  await session.ready();
  const undo = await change(bench.folder, { ...edit, replace: edit.replace.replaceAll(NONCE, nonce) });
  await session.ready();
  if (session.builds > 1)
    throw new FaasoError('not_ready', 'it was built again; see what "dev: sync" and "dev: rebuild" say');
  await checkExchange(session.port, withNonce(edit.then, nonce));
  await undo();
  await unname();
}

/** A session of `faaso dev` whose events can be waited for. */
class DevCheckSession implements AsyncDisposable {
  readonly #over = new AbortController();
  readonly #ended: Promise<unknown>;
  #waiting = Promise.withResolvers<void>();
  #lines: string[] = [];
  port = 0;
  /** How many builds it has begun. */
  builds = 0;

  constructor({ folder, options }: Fixture) {
    const { engine, runtimesFolder, labels = {}, signal } = options;
    const all = AbortSignal.any([this.#over.signal, ...(signal ? [signal] : [])]);
    const dev = {
      ...{ engine, runtimesFolder, labels, folder, network: NETWORK },
      onStart: ({ url }: { readonly url: string }) => void (this.port = Number(new URL(url).port)),
      onEvent: (event: DevEvent) => this.#hear(event),
    };
    this.#ended = runDev(dev, all).catch((error: unknown) => this.#waiting.reject(error));
  }

  /** Waits until it has told that the funko is ready. Throws `not_ready` if it tells that it is not. */
  async ready(): Promise<void> {
    await this.#waiting.promise;
    this.#waiting = Promise.withResolvers();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#waiting.promise.catch(() => undefined);
    this.#over.abort(new FaasoError('cancelled', 'the check is over'));
    await this.#ended;
  }

  #hear(event: DevEvent): void {
    if (event.type === 'building') this.builds += 1;
    if (event.type === 'written') this.#lines = [...this.#lines, event.text].slice(-LOG_LINES);
    if (event.type === 'ready') this.#waiting.resolve();
    if (event.type === 'problem') this.#waiting.reject(event.error);
    if (event.type !== 'ended') return;
    const message = `the program ended with exit status ${event.exitCode}`;
    this.#waiting.reject(new FaasoError('not_ready', message, { details: this.#lines }));
  }
}
