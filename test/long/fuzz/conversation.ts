/** One client: what it sends is spoilt, in pieces, over a connection from an address of its own. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { RawClient } from '../../support/forward/raw-client.ts';
import { Dice } from '../../support/simulated-engine/dice.ts';
import { faultIn } from './answers.ts';
import { readRequests } from './reference.ts';
import { REQUESTS, SOUND_REQUESTS } from './seeds.ts';
import { cut, spoil } from './spoil.ts';
import type { Sent } from './upstream.ts';

/** No connection may live longer than this, in ms. */
const DEADLINE_MS = 15_000;
const LAST = 'GET /funko/one/last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

export interface Conversation {
  readonly text: string;
  readonly requests: number;
  /** What went wrong; undefined if nothing did. */
  readonly fault: string | undefined;
}

/**
 * Sends what a seed and a number make, and judges what comes back.
 * @param sent gets what the funkos are to expect
 */
export async function converse(
  port: number,
  seed: number,
  number: number,
  sent: Sent,
): Promise<Conversation> {
  const dice = new Dice(seed * 7_368_787 + number);
  const text =
    Array.from({ length: 1 + dice.below(3) }, () =>
      dice.chance(0.15) ? dice.one(SOUND_REQUESTS) : spoil(dice.one(REQUESTS), REQUESTS, dice),
    ).join('') + (dice.chance(0.5) ? LAST : '');
  const reading = readRequests(text);
  const address = addressOf(number);
  sent.set(address, { reading, taken: 0 });
  const socket = connect({ port, host: '127.0.0.1', localAddress: address });
  await once(socket, 'connect');
  using client = new RawClient(socket);
  const left = await play(client, text, dice);
  const closed = await Promise.race([
    client.closed().then(() => true),
    sleep(DEADLINE_MS, false, { ref: false }),
  ]);
  const closing = left ? 'left' : (client.closing ?? 'left');
  const fault = closed ? faultIn({ text: client.text, closing, address }, reading) : 'the connection hangs';
  return { text, requests: reading.messages.length, fault };
}

/** Sends the text, and perhaps leaves. Returns whether it has. */
async function play(client: RawClient, text: string, dice: Dice): Promise<boolean> {
  for (const piece of cut(text, dice)) {
    if (client.socket.destroyed) return false;
    client.send(piece);
    if (dice.chance(0.3)) await new Promise(setImmediate);
    else if (dice.chance(0.1)) await sleep(dice.below(30));
  }
  const leaves = dice.below(10);
  if (leaves > 2) return false;
  if (leaves === 0) await sleep(dice.below(20));
  if (leaves === 2) client.socket.end();
  else client.socket.resetAndDestroy();
  return true;
}

function addressOf(number: number): string {
  return `127.${1 + ((number >> 16) % 250)}.${(number >> 8) % 256}.${number % 256}`;
}
