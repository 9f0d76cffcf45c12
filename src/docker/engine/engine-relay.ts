/**
 * A Unix socket of this process that leads to an engine elsewhere: over TCP, TLS or `ssh`. So whatever speaks to an engine
 * (dockerode, BuildKit's sessions, attached streams) knows one kind of connection.
 */
import { chmod, mkdtemp } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectSsh } from './connect-ssh.ts';
import { connectTcp } from './connect-tcp.ts';
import type { SshEndpoint, TcpEndpoint, FarEnd } from './endpoint.ts';
import { Turns } from './turns.ts';

/** sshd turns connections away when more than 10 wait for their login (MaxStartups). */
const LOGINS_AT_ONCE = 6;

/** Leads a client to the engine, both ways and with half-closed connections. @returns breaks it off at once */
export type Lead = (client: Socket, end: FarEnd) => () => void;

export class EngineRelay {
  readonly socketPath: string;
  readonly #folder: string;
  readonly #server: Server;
  readonly #lead: Lead;
  readonly #turns: Turns;
  readonly #open = new Set<() => void>();
  #failure: string | undefined;

  private constructor(folder: string, endpoint: TcpEndpoint | SshEndpoint) {
    this.#folder = folder;
    this.socketPath = join(folder, 'docker.sock');
    this.#lead =
      endpoint.type === 'tcp'
        ? (client, end) => connectTcp(endpoint, client, end)
        : (client, end) => connectSsh(endpoint, client, end);
    this.#turns = new Turns(endpoint.type === 'ssh' ? LOGINS_AT_ONCE : Infinity);
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
      this.#accept(client);
    });
  }

  /** Listens in a folder that only this user may enter. Nothing of it keeps the process from ending. */
  static async start(endpoint: TcpEndpoint | SshEndpoint): Promise<EngineRelay> {
    const folder = await mkdtemp(join(tmpdir(), 'faaso-engine-'));
    await chmod(folder, 0o700);
    const relay = new EngineRelay(folder, endpoint);
    relay.#server.listen(relay.socketPath);
    await once(relay.#server, 'listening');
    relay.#server.unref();
    return relay;
  }

  /** Why the last connection that failed did, for a person; undefined if none did. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Ends every connection and removes the folder, at once: also for the moment in which the process ends. */
  close(): void {
    for (const breakOff of this.#open) breakOff();
    this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #accept(client: Socket): void {
    client.unref();
    client.on('error', () => client.destroy());
    this.#turns.take((release) => {
      if (client.destroyed) release();
      else this.#connect(client, release);
    });
  }

  #connect(client: Socket, release: () => void): void {
    const breakOff = this.#lead(client, {
      onFirstByte: release,
      onEnd: (failure) => {
        if (failure !== undefined) this.#failure = failure;
        this.#open.delete(breakOff);
        release();
        client.destroy();
      },
    });
    this.#open.add(breakOff);
    client.once('close', breakOff);
  }
}
