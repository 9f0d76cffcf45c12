/**
 * dockerode for one call. As it is, it reads an answer into one string whatever its length, which ends the process beyond 512 MiB, and
 * stops reading only if it was given a signal. Here every answer is taken as a stream, read up to a bound, and destroyed with the call's
 * signal; one that is given to the caller as a stream lives on when the call has succeeded.
 */
import { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import type Docker from 'dockerode';
import { bytesOf, jsonOf, refusalOf } from './answer.ts';

export interface CallBounds {
  /** Ends the call, whatever it is at. */
  readonly signal: AbortSignal;
  /** The longest answer that is read as a whole, in bytes. */
  readonly mostBytes: number;
}

interface DialOptions {
  readonly isStream?: boolean;
  readonly statusCodes: Readonly<Record<number, string | true>>;
}

type Dialled = (error: Error | null, answer: unknown) => void;

interface Modem {
  dial(options: object, done: Dialled): void;
}

/** docker-modem reads the answers that it takes for failures itself: it is told that none is one. */
const ANY_STATUS = new Array<true>(600).fill(true);

/** The same client, within these bounds. */
export function bounded(docker: Docker, bounds: CallBounds): Docker {
  const inner = docker.modem as Modem;
  const modem = Object.create(inner, { dial: { value: dialWithin(inner, bounds) } }) as unknown;
  return Object.create(docker, { modem: { value: modem } }) as Docker;
}

function dialWithin(inner: Modem, bounds: CallBounds): Modem['dial'] {
  return (options, done) => {
    const asked = options as DialOptions;
    const streaming = { ...asked, isStream: true, statusCodes: ANY_STATUS, abortSignal: bounds.signal };
    inner.dial(streaming, (error, answer) => {
      if (error) done(error, null);
      else
        taken(answer, asked, bounds).then(
          (value) => done(null, value),
          (failure: unknown) => done(failure as Error, null),
        );
    });
  };
}

async function taken(
  answer: unknown,
  asked: DialOptions,
  { signal, mostBytes }: CallBounds,
): Promise<unknown> {
  // A connection that changes its protocol belongs to its caller.
  if (!(answer instanceof IncomingMessage)) return answer;
  // A reader that is gone must not leave an error that nobody hears.
  answer.on('error', () => undefined);
  addAbortSignal(signal, answer);
  if (asked.statusCodes[answer.statusCode ?? 0] !== true) throw await refusalOf(answer, mostBytes);
  if (asked.isStream === true) return answer;
  const bytes = await bytesOf(answer, mostBytes);
  return jsonOf(bytes) ?? bytes;
}
