/**
 * The engine's containers, simulated: what the operations of Docker do to them, which events that causes and in which
 * order, and what inspect and list show. As the real one (26.1) does it, as far as routing can see.
 */
import { randomBytes } from 'node:crypto';

export interface Endpoint {
  address: string;
  aliases: string[];
}

export interface SimulatedContainer {
  readonly id: string;
  name: string;
  status: 'created' | 'running' | 'paused' | 'exited';
  exitCode: number;
  /** Nanoseconds since 1970; 0n if it never ran. */
  startedAt: bigint;
  readonly labels: Record<string, string>;
  /** As it was named at creation, and its ID. */
  readonly image: { readonly name: string; readonly id: string };
  readonly stopSignal: string;
  readonly stopTimeout: number;
  readonly hasHealthCheck: boolean;
  health: 'starting' | 'healthy' | 'unhealthy';
  /** Of the present run: it was sent its stop signal and goes on. */
  signalled: boolean;
  readonly endpoints: Map<string, Endpoint>;
}

export interface CreateOptions {
  readonly name: string;
  readonly network?: string;
  readonly aliases?: readonly string[];
  readonly labels?: Record<string, string>;
  readonly image?: SimulatedContainer['image'];
  readonly stopSignal?: string;
  readonly stopTimeout?: number;
  readonly hasHealthCheck?: boolean;
}

/** One event as the engine writes it; `timeNano` apart, since no number holds it. */
export interface SimulatedEvent {
  readonly Type: 'container' | 'network';
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Record<string, string> };
  readonly timeNano: bigint;
}

export class Model {
  readonly containers = new Map<string, SimulatedContainer>();
  readonly #onEvent: (event: SimulatedEvent) => void;
  readonly #addresses = new Set<string>();
  #clock = 0n;

  constructor(onEvent: (event: SimulatedEvent) => void) {
    this.#onEvent = onEvent;
  }

  create(options: CreateOptions): SimulatedContainer {
    const container: SimulatedContainer = {
      id: randomBytes(32).toString('hex'),
      name: options.name,
      status: 'created',
      exitCode: 0,
      startedAt: 0n,
      labels: options.labels ?? {},
      image: options.image ?? { name: 'simulated:1', id: 'sha256:0' },
      stopSignal: options.stopSignal ?? 'SIGTERM',
      stopTimeout: options.stopTimeout ?? 10,
      hasHealthCheck: options.hasHealthCheck ?? false,
      health: 'starting',
      signalled: false,
      endpoints: new Map(),
    };
    const aliases = [...(options.aliases ?? [])];
    container.endpoints.set(options.network ?? 'bridge', { address: '', aliases });
    this.containers.set(container.id, container);
    this.#tell(container, 'create');
    return container;
  }

  /** Starts it, in a new run with new addresses: the lowest that are free, as Docker gives them. */
  start(container: SimulatedContainer): void {
    if (isAlive(container)) return;
    for (const [network, endpoint] of container.endpoints) {
      endpoint.address = this.#allocate(network);
      this.#tellNetwork(container, network, 'connect');
    }
    container.status = 'running';
    container.health = 'starting';
    container.signalled = false;
    container.startedAt = this.#now();
    this.#tell(container, 'start');
  }

  /** Sends a signal; one that ends it does so at once unless it is ignored. */
  kill(container: SimulatedContainer, signal: number, ignored: boolean): void {
    if (!isAlive(container)) return;
    this.#tell(container, 'kill', { signal: String(signal) });
    if (signal === 1) return;
    const stops = signal === 15 || (signal === 3 && container.stopSignal === 'SIGQUIT');
    if (ignored && signal !== 9) container.signalled ||= stops;
    else this.end(container, 128 + signal);
  }

  stop(container: SimulatedContainer): void {
    if (!isAlive(container)) return;
    this.#tell(container, 'kill', { signal: '15' });
    this.end(container, 143);
    this.#tell(container, 'stop');
  }

  /** Its process ends. */
  end(container: SimulatedContainer, exitCode: number): void {
    if (!isAlive(container)) return;
    container.status = 'exited';
    container.exitCode = exitCode;
    for (const [network, endpoint] of container.endpoints) {
      this.#free(endpoint);
      this.#tellNetwork(container, network, 'disconnect');
    }
    this.#tell(container, 'die', { exitCode: String(exitCode) });
  }

  pause(container: SimulatedContainer): void {
    if (container.status !== 'running') return;
    container.status = 'paused';
    this.#tell(container, 'pause');
  }

  unpause(container: SimulatedContainer): void {
    if (container.status !== 'paused') return;
    container.status = 'running';
    this.#tell(container, 'unpause');
  }

  rename(container: SimulatedContainer, name: string): void {
    if ([...this.containers.values()].some((each) => each.name === name)) return;
    const oldName = `/${container.name}`;
    container.name = name;
    this.#tell(container, 'rename', { oldName });
  }

  connect(container: SimulatedContainer, network: string, aliases: readonly string[]): void {
    if (container.endpoints.has(network)) return;
    const address = isAlive(container) ? this.#allocate(network) : '';
    container.endpoints.set(network, { address, aliases: [...aliases] });
    if (isAlive(container)) this.#tellNetwork(container, network, 'connect');
  }

  disconnect(container: SimulatedContainer, network: string): void {
    const endpoint = container.endpoints.get(network);
    if (!endpoint) return;
    this.#free(endpoint);
    container.endpoints.delete(network);
    this.#tellNetwork(container, network, 'disconnect');
    this.#tellNetwork(container, network, 'disconnect');
  }

  setHealth(container: SimulatedContainer, health: 'healthy' | 'unhealthy'): void {
    if (!container.hasHealthCheck || container.status !== 'running' || container.health === health) return;
    container.health = health;
    this.#tell(container, `health_status: ${health}`);
  }

  remove(container: SimulatedContainer): void {
    if (isAlive(container)) this.kill(container, 9, false);
    for (const endpoint of container.endpoints.values()) this.#free(endpoint);
    this.containers.delete(container.id);
    this.#tell(container, 'destroy');
  }

  /** Events that concern no route, as health probes and others cause them. */
  noise(container: SimulatedContainer): void {
    this.#tell(container, 'exec_create: /bin/true');
    this.#tell(container, 'top');
  }

  #allocate(network: string): string {
    const subnet = network === 'bridge' ? '10.1' : '10.2';
    for (let number = 2; ; number += 1) {
      const address = `${subnet}.${number >> 8}.${number & 255}`;
      if (this.#addresses.has(address)) continue;
      this.#addresses.add(address);
      return address;
    }
  }

  #free(endpoint: Endpoint): void {
    this.#addresses.delete(endpoint.address);
    endpoint.address = '';
  }

  #tell(container: SimulatedContainer, action: string, more: Record<string, string> = {}): void {
    const attributes = { ...more, ...container.labels, image: container.image.name, name: container.name };
    this.#emit({ Type: 'container', Action: action, Actor: { ID: container.id, Attributes: attributes } });
  }

  #tellNetwork(container: SimulatedContainer, network: string, action: string): void {
    const attributes = { container: container.id, name: network, type: 'bridge' };
    this.#emit({
      Type: 'network',
      Action: action,
      Actor: { ID: networkId(network), Attributes: attributes },
    });
  }

  #emit(event: Omit<SimulatedEvent, 'timeNano'>): void {
    this.#onEvent({ ...event, timeNano: this.#now() });
  }

  /** The real time, but never the same twice, in steps that a JavaScript number can tell apart. */
  #now(): bigint {
    const real = BigInt(Date.now()) * 1_000_000n;
    this.#clock = real > this.#clock ? real : this.#clock + 1_000n;
    return this.#clock;
  }
}

export function isAlive(container: SimulatedContainer): boolean {
  return container.status === 'running' || container.status === 'paused';
}

export function networkId(network: string): string {
  return Buffer.from(network).toString('hex').padEnd(64, '0');
}
