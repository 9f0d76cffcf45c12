/** The simulated engine's event streams: replay from a buffer, then what happens, with faults that can be ordered. */
import type { ServerResponse } from 'node:http';
import type { SimulatedEvent } from './model.ts';
import { eventLine } from './shapes.ts';

export interface StreamFaults {
  /** By how much this event is late, in ms; different ones change the order. */
  eventMs(): number;
  /** How often this event is sent. */
  copies(): number;
  /** After how many of these bytes a chunk ends. */
  cutAt(bytes: number): number;
}

/** As the real engine's. */
const REPLAYED = 256;

export class EventStreams {
  readonly #open = new Set<ServerResponse>();
  readonly #past: SimulatedEvent[] = [];
  readonly #faults: () => StreamFaults;
  /** How many events there were, heard or not. */
  emitted = 0;
  #late = 0;

  constructor(faults: () => StreamFaults) {
    this.#faults = faults;
  }

  /** A new subscriber: the head goes out before it is subscribed, as the real engine does it. */
  open(response: ServerResponse, since: bigint): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    response.on('close', () => this.#open.delete(response));
    setImmediate(() => {
      if (response.destroyed) return;
      this.#open.add(response);
      for (const event of this.#past) if (event.timeNano >= since) this.#send(response, event);
    });
  }

  emit(event: SimulatedEvent): void {
    this.emitted += 1;
    this.#past.push(event);
    if (this.#past.length > REPLAYED) this.#past.shift();
    for (const response of this.#open) this.#send(response, event);
  }

  /** Breaks every stream in the middle. */
  cut(): void {
    for (const response of this.#open) response.destroy();
    this.#open.clear();
  }

  /** Ends every stream as if all were well. */
  end(): void {
    for (const response of this.#open) response.end();
    this.#open.clear();
  }

  /** From now on the streams that are open stay open and tell nothing; new ones work. */
  hush(): void {
    this.#open.clear();
  }

  /** How many events are still to be sent, being late. */
  get late(): number {
    return this.#late;
  }

  /** Whether anybody is told of what happens. */
  get heard(): boolean {
    return this.#open.size > 0;
  }

  #send(response: ServerResponse, event: SimulatedEvent): void {
    const line = Buffer.from(eventLine(event));
    for (let copies = this.#faults().copies(); copies > 0; copies -= 1) {
      const ms = this.#faults().eventMs();
      if (ms === 0) this.#write(response, line);
      else this.#writeLater(response, line, ms);
    }
  }

  #writeLater(response: ServerResponse, line: Buffer, ms: number): void {
    this.#late += 1;
    setTimeout(() => {
      this.#late -= 1;
      this.#write(response, line);
    }, ms);
  }

  /** A line may be cut anywhere; both pieces go out one after the other, so that no other line gets between. */
  #write(response: ServerResponse, line: Buffer): void {
    if (response.destroyed || response.writableEnded) return;
    const cut = this.#faults().cutAt(line.length);
    response.write(line.subarray(0, cut));
    if (cut < line.length) response.write(line.subarray(cut));
  }
}
