/**
 * The TCP ports that a container's programs listen on, read as the kernel tells them, so that it holds for every image: a helper container
 * that shares the container's processes sees the network of its first one in /proc.
 */
import type { Engine } from '../engine/engine.ts';
import { bytesIn } from './volume-files.ts';
import { amongProcesses } from './helper-container.ts';

export interface Listener {
  readonly port: number;
  /** Whether only programs of the same container can connect: it listens on 127.0.0.1 or [::1]. */
  readonly isLoopback: boolean;
}

/** TCP_LISTEN of the kernel's tcp_states.h. */
const LISTENING = '0A';
/** 127.0.0.11, where Docker answers the container's DNS questions. */
const DOCKER_DNS = '0B00007F';
const LOOPBACK_6 = '00000000000000000000000001000000';
/** 127.0.0.0/8, plain or in an IPv6 address; the kernel writes words with their last byte first. */
const LOOPBACK_4 = /^(?:0{16}FFFF0000)?[0-9A-F]{6}7F$/;

/** All of them, by port. Throws `engine_*`, also if the container does not run. */
export async function listenersOf(engine: Engine, container: string): Promise<Listener[]> {
  return amongProcesses(engine, container, async (calls) => {
    const tables = [await bytesIn(calls, '/proc/1/net/tcp'), await bytesIn(calls, '/proc/1/net/tcp6')];
    return listenersIn(tables.map((table) => table.toString('latin1')).join('\n'));
  });
}

/** Those in the text of `/proc/net/tcp` and `tcp6`: a port that is listened on for others too counts as such. Pure. */
export function listenersIn(text: string): Listener[] {
  const found = new Map<number, boolean>();
  for (const [, address = '', port = '', state] of text.matchAll(
    /^ *\d+: ([0-9A-F]{8,32}):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /gm,
  )) {
    if (state !== LISTENING || address === DOCKER_DNS) continue;
    const number = parseInt(port, 16);
    const isLoopback = address === LOOPBACK_6 || LOOPBACK_4.test(address);
    found.set(number, isLoopback && (found.get(number) ?? true));
  }
  return [...found].map(([port, isLoopback]) => ({ port, isLoopback })).sort((a, b) => a.port - b.port);
}
