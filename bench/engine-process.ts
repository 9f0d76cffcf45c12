/**
 * The simulated engine as a process of its own, so that its work is not counted as the proxy's. Forked by
 * routing-scale-row.ts; ends with the process that forked it. Its answers have the size of real ones (real-size.ts).
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SimulatedEngine } from '../test/support/simulated-engine/server.ts';
import type { SimulatedContainer } from '../test/support/simulated-engine/model.ts';
import { bigInspectShape, bigRowShape } from '../test/support/simulated-engine/real-size.ts';

export const NETWORK = 'faaso-net';

/** What one container can be told to do; `end` and `start` cause two events each, the others one. */
export type Operation = 'start' | 'end' | 'pause' | 'unpause';

type Order =
  | { readonly type: 'populate'; readonly count: number }
  | { readonly type: 'operate'; readonly id: string; readonly operation: Operation };

interface Populated {
  readonly socketPath: string;
  /** Of all containers. */
  readonly ids: readonly string[];
  /** Of one inspect's answer and of one row of the list. */
  readonly bytes: { readonly inspect: number; readonly row: number };
}

/** The simulated engine, seen from the process that forked it. */
export class EngineProcess {
  readonly socketPath: string;
  readonly ids: readonly string[];
  readonly bytes: Populated['bytes'];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, { socketPath, ids, bytes }: Populated) {
    this.#child = child;
    this.socketPath = socketPath;
    this.ids = ids;
    this.bytes = bytes;
  }

  /** Starts one with so many running containers, `faaso-f0`, `faaso-f1`, … */
  static async start(count: number): Promise<EngineProcess> {
    const child = fork(fileURLToPath(import.meta.url), ['engine'], { execArgv: [] });
    const populated = new Promise<Populated>((resolve, reject) => {
      child.once('message', (message) => {
        resolve(message as Populated);
      });
      child.once('exit', () => {
        reject(new Error('the simulated engine ended'));
      });
    });
    child.send({ type: 'populate', count } satisfies Order);
    return new EngineProcess(child, await populated);
  }

  operate(id: string, operation: Operation): void {
    this.#child.send({ type: 'operate', id, operation } satisfies Order);
  }

  stop(): void {
    this.#child.disconnect();
  }
}

if (process.argv[2] === 'engine') await serve();

async function serve(): Promise<void> {
  const engine = await SimulatedEngine.start();
  engine.shapes = { inspect: bigInspectShape, row: bigRowShape };
  process.on('message', (order: Order) => {
    if (order.type === 'populate') process.send?.(populate(engine, order.count));
    else operate(engine, order.id, order.operation);
  });
  process.once('disconnect', () => void engine[Symbol.asyncDispose]());
}

function populate(engine: SimulatedEngine, count: number): Populated {
  const containers = Array.from({ length: count }, (_, index) => run(engine, `faaso-f${index}`));
  const [first] = containers;
  const bytesOf = (shape: (container: SimulatedContainer) => object): number =>
    first ? JSON.stringify(shape(first)).length : 0;
  return {
    socketPath: engine.socketPath,
    ids: containers.map(({ id }) => id),
    bytes: { inspect: bytesOf(bigInspectShape), row: bytesOf(bigRowShape) },
  };
}

function run({ model }: SimulatedEngine, name: string): SimulatedContainer {
  const container = model.create({ name, network: NETWORK });
  model.start(container);
  return container;
}

function operate({ model }: SimulatedEngine, id: string, operation: Operation): void {
  const container = model.containers.get(id);
  if (!container) throw new Error(`the simulated engine has no container ${id}`);
  if (operation === 'start') model.start(container);
  else if (operation === 'end') model.end(container, 1);
  else if (operation === 'pause') model.pause(container);
  else model.unpause(container);
}
