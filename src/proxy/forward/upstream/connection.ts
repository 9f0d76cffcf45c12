/**
 * One connection to a funko: undici's Client, which besides knows whether it has carried a request before, and passes over a
 * `100 Continue` that nobody asked for.
 */
import { createRequire } from 'node:module';
import type { Dispatcher, Client as AnyClient } from 'undici';
import { Client } from './pool.ts';

const require = createRequire(import.meta.url);
const { kParser, kSocket } = require('undici/lib/core/symbols.js') as Record<'kParser' | 'kSocket', symbol>;

/** What a Client gives to its request's handler, if that wants to know. */
export interface Rider {
  /** Set when the request is given to it, perhaps before it is connected. */
  connection: Connection | undefined;
}

/** What an unasked `100 Continue` looks like to the handler of its request. No such status is registered. */
export const SKIPPED_STATUS = 199;

export class Connection extends Client {
  #used = false;

  constructor(origin: string | URL, options: AnyClient.Options) {
    super(origin, options);
    this.on('connect', this.#connected);
  }

  /** Gives the request to this connection, and the connection to the request. */
  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    (handler as Partial<Rider>).connection = this;
    return super.dispatch(options, handler);
  }

  /** A request is about to be written. Returns whether the connection has been idle before: the funko may just have closed it. */
  begin(): boolean {
    const used = this.#used;
    this.#used = true;
    return used;
  }

  readonly #connected = (): void => {
    this.#used = false;
    const socket = (this as unknown as Record<symbol, Record<symbol, object> | undefined>)[kSocket];
    const parser = socket?.[kParser];
    if (parser) skipContinues(Object.getPrototypeOf(parser) as ParserMethods);
  };
}

/** What of undici's parser is relied on; test/unit/proxy/forward/interim-answers.test.ts shows whether it is still so. */
interface ParserMethods {
  onHeadersComplete: (status: number, upgrade: boolean, shouldKeepAlive: boolean) => number;
  readonly llhttp: { llhttp_set_lenient_keep_alive: (parser: number, on: 1) => void };
  readonly ptr: number;
}

const patched = new WeakSet<object>();

/**
 * undici takes a 100 for a fault and closes the connection, since it never asks for one. Any other interim answer it hands on,
 * so it is told of another one. Done once for all connections: nothing is paid for each.
 */
function skipContinues(methods: ParserMethods): void {
  if (patched.has(methods)) return;
  patched.add(methods);
  const { onHeadersComplete } = methods;
  methods.onHeadersComplete = function (status, upgrade, shouldKeepAlive) {
    // An interim answer with `Connection: close`: its answer is still to come, and undici closes the connection after that.
    if (status < 200 && !shouldKeepAlive && !upgrade) this.llhttp.llhttp_set_lenient_keep_alive(this.ptr, 1);
    return onHeadersComplete.call(this, status === 100 ? SKIPPED_STATUS : status, upgrade, shouldKeepAlive);
  };
}
