/**
 * The contract suite: whether funkos of a runtime do what funkos must. The same for built-in runtimes and for one's own.
 * It builds and runs on an engine, and leaves nothing behind but the engine's build cache.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Runtime } from '../builder/runtime/runtime.ts';
import { CONTRACT_FILE } from '../builder/runtime/runtime-files.ts';
import { FaasoError, messageOf } from '../errors.ts';
import { secondsSince } from '../util/seconds.ts';
import { checkBroken, checkEdit, checkSame } from './build-checks.ts';
import {
  checkBusy,
  checkConcurrency,
  checkError,
  checkExchange,
  checkIdleStop,
  checkStop,
  checkUser,
} from './contract-checks.ts';
import { readContract, type Contract } from './contract.ts';
import { nameOf } from './expectation.ts';
import { checkDev } from './dev-check.ts';
import { layFiles, makeFolder } from './folder.ts';
import { Fixture, type BuiltFunko, type RunningFunko, type FixtureOptions } from './fixture.ts';

export interface CheckResult {
  readonly name: string;
  readonly state: 'passed' | 'failed';
  readonly seconds: number;
  /** What is wrong, and where there is one the end of the log; empty if it passed. */
  readonly lines: readonly string[];
}

export interface ContractReport {
  readonly runtime: string;
  readonly passed: boolean;
  /** In the order they ran. After a check that all others build on, there are no more. */
  readonly checks: readonly CheckResult[];
  /** The template's image in bytes; null if it was not built. */
  readonly imageBytes: number | null;
  /** Seconds: the template's first build, from whatever the engine had cached; and with one line changed. */
  readonly buildSeconds: { readonly first: number | null; readonly edited: number | null };
}

export interface ContractOptions extends FixtureOptions {
  readonly runtime: Runtime;
  readonly onCheck?: (result: CheckResult) => void;
}

/**
 * Runs the suite. A check that fails is in the report, not thrown.
 * @throws FaasoError `bad_runtime` for a contract.yml that is missing or wrong, `cancelled`, `engine_*`
 */
export async function runContract(options: ContractOptions): Promise<ContractReport> {
  const contract = await readContract(options.runtime.folder);
  await using bench = await Fixture.open(options);
  const suite = new Suite(bench, contract, options);
  await suite.run();
  return suite.report();
}

/** Thrown when nothing that follows could pass. */
class Hopeless extends Error {}

class Suite {
  readonly #bench: Fixture;
  readonly #contract: Contract;
  readonly #options: ContractOptions;
  readonly #checks: CheckResult[] = [];
  #first: BuiltFunko | undefined;
  #edited: BuiltFunko | undefined;

  constructor(bench: Fixture, contract: Contract, options: ContractOptions) {
    this.#bench = bench;
    this.#contract = contract;
    this.#options = options;
  }

  report(): ContractReport {
    return {
      runtime: this.#options.runtime.name,
      passed: this.#checks.every(({ state }) => state === 'passed'),
      checks: this.#checks,
      imageBytes: this.#first?.size ?? null,
      buildSeconds: { first: this.#first?.seconds ?? null, edited: this.#edited?.seconds ?? null },
    };
  }

  async run(): Promise<void> {
    try {
      await this.#template();
      await this.#files();
      await this.#changes();
      await this.#example();
    } catch (error) {
      if (!(error instanceof Hopeless)) throw error;
    }
  }

  /** The template as `faaso new` makes it. */
  async #template(): Promise<void> {
    const bench = this.#bench;
    const { runtime, runtimesFolder } = this.#options;
    await this.#must('makes a folder from its template', async () =>
      makeFolder(bench.folder, runtime, runtimesFolder),
    );
    const built = await this.#must('builds it', async () => bench.build(bench.folder));
    this.#first = built;
    const running = await this.#must(`is ready: ${built.health || 'its port'} answers`, async () =>
      bench.start(built),
    );
    for (const exchange of this.#contract.requests)
      await this.#check(nameOf(exchange), async () => checkExchange(running.port, exchange));
    await this.#check('answers 20 requests at a time', async () =>
      checkConcurrency(running.port, this.#contract.requests),
    );
    await this.#check('runs nothing as root', async () => checkUser(bench, running));
    await this.#check('gets SIGTERM and ends', async () => checkIdleStop(bench, running));
    await this.#check('builds the same content to the same image', async () => checkSame(bench, built));
    await bench.remove(running);
  }

  /** With the contract's own files, which can be slow and can fail. */
  async #files(): Promise<void> {
    const bench = this.#bench;
    const { slow, files } = this.#contract;
    const built = await this.#must("builds with the contract's files", async () => {
      await layFiles(bench.folder, files);
      return bench.build(bench.folder);
    });
    const running = await this.#must("starts with the contract's files", async () => bench.start(built));
    await this.#check('answers others while one request takes its time', async () =>
      checkBusy(running, slow),
    );
    await this.#check('finishes the request in flight on SIGTERM', async () =>
      checkStop(bench, running, slow),
    );
    await bench.remove(running);
    // In a container of its own: a process that dies of it must not fail the other checks.
    await this.#check('keeps running after an error in the code', async () => {
      const another = await bench.start(built);
      await checkError(bench, another, this.#contract);
      await bench.remove(another);
    });
  }

  async #changes(): Promise<void> {
    const bench = this.#bench;
    const { edit, broken } = this.#contract;
    const nonce = randomBytes(4).toString('hex');
    await this.#check('builds one changed line without its dependencies', async () => {
      this.#edited = await checkEdit(bench, edit, nonce);
    });
    if (this.#options.runtime.dev) {
      const another = randomBytes(4).toString('hex');
      await this.#check('takes a changed line while it runs', async () => checkDev(bench, edit, another));
    }
    if (broken)
      await this.#check('says what is wrong with broken code', async () => checkBroken(bench, broken));
  }

  async #example(): Promise<void> {
    const { example } = this.#contract;
    if (!example) return;
    const { runtime } = this.#options;
    const folder = resolve(dirname(resolve(runtime.folder, CONTRACT_FILE)), example.folder);
    // An example beside the runtime stays behind where that is installed without it, as in the npm package.
    if (!folder.startsWith(`${runtime.folder}/`) && !existsSync(folder)) return;
    let running: RunningFunko | undefined;
    await this.#check('builds and starts its example', async () => {
      running = await this.#bench.start(await this.#bench.build(folder), example.secrets);
    });
    if (!running) return;
    const { port } = running;
    for (const exchange of example.requests)
      await this.#check(`example: ${nameOf(exchange)}`, async () => checkExchange(port, exchange));
  }

  /** A check that all that follow build on. */
  async #must<T>(name: string, work: () => Promise<T>): Promise<T> {
    const results: T[] = [];
    await this.#check(name, async () => {
      results.push(await work());
    });
    if (this.#checks.at(-1)?.state !== 'passed') throw new Hopeless();
    return results[0] as T;
  }

  async #check(name: string, work: () => Promise<void>): Promise<void> {
    const startedAt = performance.now();
    const lines = await work().then(
      () => [],
      (error: unknown) => this.#linesOf(error),
    );
    const state = lines.length === 0 ? 'passed' : 'failed';
    const result: CheckResult = { name, state, seconds: secondsSince(startedAt), lines };
    this.#checks.push(result);
    this.#options.onCheck?.(result);
  }

  #linesOf(error: unknown): string[] {
    this.#options.signal?.throwIfAborted();
    return [messageOf(error), ...(error instanceof FaasoError ? error.details : [])];
  }
}
