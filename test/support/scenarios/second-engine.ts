/**
 * A Docker Engine of the test's own, beside the machine's: it may be killed and restarted. It keeps its hands off the
 * machine's firewall. Its default bridge is a network of the machine's engine: without a bridge of its own it would
 * take the machine's docker0, and told to have none it would delete that.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RUN } from '../engine/proxy-under-test.ts';
import { end, keepersOf } from './keepers.ts';

const run = promisify(execFile);
const READY_WITHIN_MS = 60_000;

export class SecondEngine implements AsyncDisposable {
  readonly socketPath: string;
  readonly #folder: string;
  readonly #bridge: string;
  #daemon: ChildProcess | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    this.socketPath = join(folder, 'docker.sock');
    this.#bridge = `fsb${randomBytes(4).toString('hex')}`;
  }

  /**
   * An engine that answers, with these images of the machine's engine, whose containers outlive it.
   * @param disk how large all that it keeps may get, as `mount` takes it, e.g. `1g`; as large as the machine's disk if absent
   */
  static async start(
    images: readonly string[] = ['node:24-slim'],
    { disk }: { readonly disk?: string } = {},
  ): Promise<SecondEngine> {
    const engine = new SecondEngine(await mkdtemp(join(tmpdir(), 'faaso-engine-')));
    try {
      if (disk !== undefined) await engine.#limit(disk);
      const name = ['-o', `com.docker.network.bridge.name=${engine.#bridge}`];
      await run('docker', ['network', 'create', '--label', `faaso.test=${RUN}`, ...name, engine.#bridge]);
      await engine.boot();
      await run('sh', ['-c', `docker save ${images.join(' ')} | docker -H unix://${engine.socketPath} load`]);
    } catch (error) {
      await engine[Symbol.asyncDispose]();
      throw error;
    }
    return engine;
  }

  /** Its data are in memory. Whoever disposes of the engine unmounts all that is below its folder. */
  async #limit(size: string): Promise<void> {
    const data = join(this.#folder, 'data');
    await mkdir(data);
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', data]);
  }

  /**
   * Starts the daemon and waits until it answers. One that was killed while it started a container may have forgotten its process, which
   * lives on, on an address that the engine then gives to another one: that is ended here, as by the machine's next start.
   */
  async boot(): Promise<void> {
    const survivors = await keepersOf(this.#folder);
    await this.#startDaemon();
    if (survivors.length === 0) return;
    const known = await this.#running();
    end(survivors.filter(({ container }) => !known.includes(container)));
  }

  async #startDaemon(): Promise<void> {
    const folder = this.#folder;
    const log = await open(join(folder, 'log'), 'a');
    const daemon = spawn(
      'dockerd',
      [
        ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
        ...['-H', `unix://${this.socketPath}`, '--pidfile', join(folder, 'pid'), '--live-restore'],
        ...['--bridge', this.#bridge, '--iptables=false', '--ip6tables=false'],
        ...['--default-address-pool', 'base=10.213.0.0/16,size=24'],
      ],
      { stdio: ['ignore', log.fd, log.fd] },
    );
    await log.close();
    this.#daemon = daemon;
    await this.#untilReady(daemon);
  }

  /** Kills the daemon as a crash would; its containers live on. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
    await this.#endContainerd();
    // Pid files stay behind. Their numbers may be other processes' by the time the daemon is started again, or those of
    // zombies where nobody reaps them; it would take either for its own.
    await rm(join(this.#folder, 'pid'), { force: true });
    await rm(this.#containerdPid, { force: true });
  }

  get #containerdPid(): string {
    return join(this.#folder, 'exec', 'containerd', 'containerd.pid');
  }

  /** It dies with its parent; only when it has may another one open its files. */
  async #endContainerd(): Promise<void> {
    const stat = `/proc/${(await readFile(this.#containerdPid, 'utf8')).trim()}/stat`;
    const giveUpAt = performance.now() + READY_WITHIN_MS;
    const lives = async (): Promise<boolean> => {
      const text = await readFile(stat, 'utf8').catch(() => '');
      return text.includes('(containerd)') && !text.includes(') Z ');
    };
    while ((await lives()) && performance.now() < giveUpAt) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Ends all of it at once, as a machine does that loses its power: the daemon, and every container. */
  async losePower(): Promise<void> {
    await this.kill();
    end(await keepersOf(this.#folder));
  }

  /** The IDs of all containers that run. */
  async #running(): Promise<string[]> {
    const ps = ['ps', '--quiet', '--no-trunc'];
    const { stdout } = await run('docker', ['-H', `unix://${this.socketPath}`, ...ps]);
    return stdout.split('\n').filter((id) => id !== '');
  }

  /** Stops the daemon properly; its containers live on. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const folder = this.#folder;
    const docker = ['-H', `unix://${this.socketPath}`];
    if (this.#daemon) {
      const { stdout } = await run('docker', [...docker, 'ps', '-aq']);
      const ids = stdout.split('\n').filter((id) => id !== '');
      if (ids.length > 0) await run('docker', [...docker, 'rm', '-f', ...ids]);
      const nets = await run('docker', [...docker, 'network', 'ls', '-q', '--filter', 'type=custom']);
      const networks = nets.stdout.split('\n').filter((id) => id !== '');
      if (networks.length > 0) await run('docker', [...docker, 'network', 'rm', ...networks]);
    }
    await this.#end('SIGTERM');
    end(await keepersOf(this.#folder));
    const { stdout: mounts } = await run('sh', ['-c', `grep -o '${folder}/[^ ]*' /proc/mounts || true`]);
    for (const mount of mounts.split('\n').filter((line) => line !== '')) {
      await run('umount', ['-l', mount]).catch(() => undefined);
    }
    await rm(folder, { recursive: true, force: true });
    await run('docker', ['network', 'rm', this.#bridge]).catch(() => undefined);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    if (daemon?.exitCode !== null || daemon.signalCode !== null) return;
    const exited = once(daemon, 'exit');
    daemon.kill(signal);
    await exited;
  }

  async #untilReady(daemon: ChildProcess): Promise<void> {
    const giveUpAt = performance.now() + READY_WITHIN_MS;
    while (performance.now() < giveUpAt && daemon.exitCode === null) {
      try {
        await run('docker', ['-H', `unix://${this.socketPath}`, 'info']);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    const log = await readFile(join(this.#folder, 'log'), 'utf8');
    throw new Error(`the second engine does not answer:\n${log.split('\n').slice(-20).join('\n')}`);
  }
}
