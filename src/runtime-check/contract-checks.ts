/** The checks of a funko that runs: each resolves, or throws an error that says what is wrong. */
import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_HEALTH_PATH } from '../funko/naming/names.ts';
import { inspectContainer } from '../docker/containers.ts';
import { processesOf } from '../docker/processes.ts';
import { FaasoError } from '../errors.ts';
import { ask, openRequest } from './ask.ts';
import type { Contract, ContractExchange } from './contract.ts';
import { mismatch, nameOf } from './expectation.ts';
import { GRACE_SECONDS, type RunningFunko, type Fixture } from './fixture.ts';

const AT_ONCE = 20;
/** A request that has not been answered after this time is being handled by the funko. */
const UNDER_WAY_MS = 500;
/** An answer that has begun already is in flight only if it can't lie in the sockets' buffers as a whole. */
const LARGE_BYTES = 16 * 1024 * 1024;
const PROMPT_SECONDS = 2;
/** Ended by itself: with 0, or by the signal's default action. */
const GOOD_EXITS = [0, 128 + 15];

/** Fails with what is not as the exchange expects. */
export async function checkExchange(port: number, exchange: ContractExchange): Promise<void> {
  const wrong = mismatch(await ask(port, exchange), exchange.response ?? {});
  if (wrong !== undefined) throw broken(`${nameOf(exchange)}: ${wrong}`);
}

/** Many requests at a time are all answered, and rightly. */
export async function checkConcurrency(port: number, exchanges: readonly ContractExchange[]): Promise<void> {
  const all = Array.from({ length: AT_ONCE }, (_, index) => exchanges[index % exchanges.length]);
  await Promise.all(all.map(async (exchange) => exchange && checkExchange(port, exchange)));
}

/** No process of the container runs as root. */
export async function checkUser(bench: Fixture, { id }: RunningFunko): Promise<void> {
  const roots = (await processesOf(bench.options.engine, id)).filter(({ uid }) => uid === 0);
  if (roots.length === 0) return;
  throw broken(
    `these run as root: ${roots.map(({ command }) => command).join('; ')}; add USER to the Dockerfile`,
  );
}

/** While one request takes its time, another is answered. */
export async function checkBusy({ port, health }: RunningFunko, slow: ContractExchange): Promise<void> {
  const taking = openRequest(port, slow);
  await Promise.race([taking.begun, pause(UNDER_WAY_MS)]);
  const startedAt = performance.now();
  const path = health === '' ? DEFAULT_HEALTH_PATH : health;
  await checkExchange(port, { request: `GET ${path}` });
  const seconds = (performance.now() - startedAt) / 1000;
  const wrong = mismatch(await taking.finish(), slow.response ?? {});
  if (wrong !== undefined) throw broken(`${nameOf(slow)}: ${wrong}`);
  if (seconds > 1) throw broken(`${path} took ${seconds.toFixed(1)} s while ${nameOf(slow)} was at work`);
}

/** A failing request affects only itself: the process keeps running, and the log has a line. */
export async function checkError(bench: Fixture, running: RunningFunko, { error }: Contract): Promise<void> {
  const before = await bench.log(running);
  await checkExchange(running.port, { ...error, response: { status: 500, ...error.response } });
  if (running.health !== '') await checkExchange(running.port, { request: `GET ${running.health}` });
  const container = await inspectContainer(bench.options.engine, running.id);
  if (container?.restartCount !== 0) throw broken('the process ended, and the engine started it again');
  const isOwnFault = (error.response?.status ?? 500) >= 500;
  if (isOwnFault && (await bench.log(running)).join() === before.join())
    throw broken('the log says nothing about the error; write it to standard error');
}

/** A funko that has nothing to do ends at once when it is told to: PID 1 has got the signal. */
export async function checkIdleStop(bench: Fixture, running: RunningFunko): Promise<void> {
  const { exitCode, seconds } = await bench.stop(running);
  checkExit(exitCode);
  if (seconds > PROMPT_SECONDS)
    throw broken(
      `it took ${seconds.toFixed(1)} s to stop with nothing to do; at most ${PROMPT_SECONDS} s are allowed`,
    );
}

/** SIGTERM in the middle of a request: the answer comes whole, then the process ends within the grace period. */
export async function checkStop(
  bench: Fixture,
  running: RunningFunko,
  slow: ContractExchange,
): Promise<void> {
  const taking = openRequest(running.port, slow);
  const hasBegun = await Promise.race([taking.begun.then(() => true), pause(UNDER_WAY_MS, false)]);
  const stopped = bench.stop(running);
  await pause(UNDER_WAY_MS);
  const answer = await taking.finish().catch((error: unknown) => {
    const message = `SIGTERM cut the request off (${String(error)}); requests in flight must be finished`;
    throw new FaasoError('not_ready', message, { cause: error });
  });
  const { exitCode } = await stopped;
  const wrong = mismatch(answer, slow.response ?? {});
  if (wrong !== undefined) throw broken(`${nameOf(slow)}: ${wrong}`);
  if (hasBegun && Buffer.byteLength(answer.body) < LARGE_BYTES)
    throw broken(`${nameOf(slow)} was answered before SIGTERM: let it take 2 s, or answer with 16 MiB`);
  checkExit(exitCode);
}

function checkExit(code: number): void {
  if (GOOD_EXITS.includes(code)) return;
  const what =
    code === 137 ? `it was killed: it had not ended ${GRACE_SECONDS} s after SIGTERM` : `exit code ${code}`;
  throw broken(
    `${what}; PID 1 must get SIGTERM ("exec" in scripts, CMD as a JSON list), finish and end with 0`,
  );
}

function broken(message: string): FaasoError {
  return new FaasoError('not_ready', message);
}
