/**
 * Which container holds which address. The engine gives an address again as soon as it is free; when the news of that is late or
 * lost, two containers seem to have the same one. Then only the one that started last is believed: no request for the
 * other may reach it.
 */
import { isAlive, type Container } from '../../docker/containers.ts';
import { isLater, nanosOf } from './engine-time.ts';

interface Holder {
  readonly id: string;
  readonly startedAt: string;
}

export class Addresses {
  /** Address → those that seem to have it. */
  readonly #holders = new Map<string, Holder[]>();
  /** Container ID → its address. */
  readonly #addresses = new Map<string, string>();

  /**
   * Takes down where a container is now.
   * @param container undefined if it is gone
   * @returns the IDs of all that may be affected, itself included; more than itself only if an address is contested
   */
  update(id: string, container: Container | undefined, network: string): Set<string> {
    const affected = new Set([id, ...this.#leave(id)]);
    const address = container ? addressOf(container, network) : null;
    if (!container || address === null) return affected;
    const holders = this.#holders.get(address) ?? [];
    for (const holder of holders) affected.add(holder.id);
    this.#holders.set(address, [...holders, { id, startedAt: nanosOf(container.startedAt) }]);
    this.#addresses.set(id, address);
    return affected;
  }

  /** The container to believe instead of this one; undefined if it is this one. */
  supplanterOf(id: string): string | undefined {
    const address = this.#addresses.get(id);
    const holders = address === undefined ? [] : (this.#holders.get(address) ?? []);
    if (holders.length < 2) return undefined;
    const newest = holders.reduce((a, b) => (isLater(b.startedAt, a.startedAt) ? b : a));
    return newest.id === id ? undefined : newest.id;
  }

  #leave(id: string): string[] {
    const address = this.#addresses.get(id);
    if (address === undefined) return [];
    this.#addresses.delete(id);
    const left = (this.#holders.get(address) ?? []).filter((holder) => holder.id !== id);
    if (left.length > 0) this.#holders.set(address, left);
    else this.#holders.delete(address);
    return left.map((holder) => holder.id);
  }
}

function addressOf(container: Container, network: string): string | null {
  return isAlive(container) ? (container.networks[network]?.address ?? null) : null;
}
