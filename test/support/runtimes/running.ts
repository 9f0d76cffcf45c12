/** A funko's folder, built by a real engine and run with the rights that FaaSO gives, for the runtimes' tests. */
import { once } from 'node:events';
import { request as ask, type Agent, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { openContext } from '../../../src/builder/context.ts';
import { withoutManifest } from '../../../src/builder/tar/without-manifest.ts';
import { FaasoError } from '../../../src/errors.ts';
import { buildImage } from '../../../src/docker/buildkit/build-image.ts';
import { RUNTIMES } from '../builder/folders.ts';
import { engine, LABELS, named } from '../docker/engine-harness.ts';
import { docker } from '../engine/docker-cli.ts';

const RIGHTS = ['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--pids-limit', '512'];
/** Stricter than FaaSO is: whatever works so works without, too. */
const READ_ONLY = ['--read-only', '--tmpfs', '/tmp'];
const READY_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 20;

export interface Request {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly agent?: Agent;
}

export interface Answer {
  readonly status: number | undefined;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

/** A container of a funko. It goes away when the test file has ended. */
export class Running {
  readonly container: string;
  readonly port: number;

  constructor(container: string, port: number) {
    this.container = container;
    this.port = port;
  }

  /** One request and its whole answer. */
  async ask(path: string, { method = 'GET', headers = {}, body, agent }: Request = {}): Promise<Answer> {
    const options = { host: '127.0.0.1', port: this.port, path, method, headers };
    const asked = ask({ ...options, agent: agent ?? false }).end(body);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return { status: response.statusCode, text: await text(response), headers: response.headers };
  }

  /** One request with JSON in and JSON out. */
  async json(path: string, value?: unknown): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const body = value === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(value) };
    return JSON.parse((await this.ask(path, body)).text);
  }

  /**
   * Begins a GET and reads nothing of the answer's body yet. It goes to the container's own address: what the engine's
   * process for published ports holds is lost when the container ends.
   */
  async begin(path: string): Promise<IncomingMessage> {
    const host = await docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', this.container);
    const asked = ask({ host, port: 3000, path, agent: false }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return response;
  }

  /** Waits until the container's output has this, and gives the output. */
  async logged(pattern: RegExp): Promise<string> {
    return eventually(`${pattern} in the log`, async () => {
      const log = await docker('logs', this.container);
      return { done: pattern.test(log), seen: log };
    });
  }

  /** Stops the container as `docker stop` does. Gives its exit status. */
  async stop(): Promise<string> {
    await docker('stop', '--time', '30', this.container);
    return docker('inspect', '--format', '{{.State.ExitCode}}', this.container);
  }
}

/** Builds a funko's folder. Gives the image's name and the build's steps with how each ended. */
export async function build(folder: string): Promise<{ image: string; steps: Map<string, string> }> {
  const image = named('image', 'runtime');
  const steps = new Map<string, string>();
  const { tar, dockerfile } = await openContext({ folder, runtimesFolder: RUNTIMES });
  await buildImage(engine, {
    context: withoutManifest(tar),
    dockerfile,
    tags: [image],
    labels: LABELS,
    onEvent: (event) => {
      if (event.type === 'step') steps.set(event.name, event.state);
    },
  });
  return { image, steps };
}

/** Builds a folder that can't be built. Gives all that the failure says. */
export async function failureOf(folder: string): Promise<string> {
  const built = await build(folder).catch((error: unknown) => error);
  if (!(built instanceof FaasoError)) throw new Error(`${folder} was built, or failed otherwise`, { cause: built });
  return [built.message, ...built.details].join('\n');
}

/** Runs an image and waits until `/ping` answers 200. */
export async function run(image: string, ...more: readonly string[]): Promise<Running> {
  const container = named('container', 'runtime');
  const labels = Object.entries(LABELS).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
  const options = [...labels, ...RIGHTS, ...READ_ONLY, ...more, '--publish', '127.0.0.1::3000'];
  await docker('run', '--detach', '--name', container, ...options, image);
  const running = new Running(container, Number((await docker('port', container)).replace(/^.*:/s, '')));
  await eventually('200 from /ping', async () => {
    const seen = await running.ask('/ping').then(
      ({ status }) => String(status),
      (error: unknown) => String(error),
    );
    return { done: seen === '200', seen };
  });
  return running;
}

async function eventually(what: string, look: () => Promise<{ done: boolean; seen: string }>): Promise<string> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const { done, seen } = await look();
    if (done) return seen;
    if (Date.now() > deadline) throw new Error(`no ${what}: ${seen}`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** The end of the one step whose name has these words. */
export function endOf(steps: ReadonlyMap<string, string>, words: RegExp): string | undefined {
  return [...steps].find(([name]) => words.test(name))?.[1];
}
