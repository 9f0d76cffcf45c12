/**
 * A request on its way to an upstream, and undici's handler for it. It promises: a request is repeated, on another
 * instance, while no connection was made for it. One that may have reached a funko is repeated once at most, over a new
 * connection, and only if that is safe: see retry.ts.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { FaasoError } from '../../../errors.ts';
import { bodyPassed } from '../body-garbage.ts';
import { problem, type Problem } from '../../problem.ts';
import type { Lease, Routes } from '../../balancing/routes.ts';
import type { UpstreamResponse } from './response.ts';
import { SKIPPED_STATUS, type Connection, type Rider } from './connection.ts';
import { failureOf } from './failure.ts';
import { mayRepeat } from './retry.ts';
import type { Target } from '../request/target.ts';
import { readResponseHead, readTrailers, type ResponseHead } from './response-head.ts';
import { asSocket } from '../socket.ts';
import type { Upstreams } from './upstreams.ts';

/** Who made the call: the client's side of the exchange. */
export interface Caller {
  /** The final answer begins. Throws if its head can't be passed on. */
  answerBegins(status: number, reason: string | undefined, head: ResponseHead): UpstreamResponse;
  /** An answer below 200 came. */
  informed(status: number, headers: string[]): void;
  /** The upstream agreed to the upgrade. `over` is to be called when nobody uses the connection any more. */
  upgraded(status: number, head: ResponseHead, upstream: Socket, over: () => void): void;
  /** The client takes no more now; `resume` is to be called when it does. */
  mustWait(): void;
  /** No answer, or no more of it, will come. */
  failed(problem: Problem): void;
}

/** A reason phrase that can be passed on as it is: clients have limits for the line it stands in. */
const PLAIN = /^[\t\x20-\x7e]{1,512}$/;

export class UpstreamRequest implements Dispatcher.DispatchHandler, Rider {
  connection: Connection | undefined;
  readonly #caller: Caller;
  readonly #routes: Routes;
  readonly #upstreams: Upstreams;
  readonly #options: Dispatcher.DispatchOptions;
  /** Null for a call to the admin API. */
  readonly #funko: string | null;
  readonly #prefix: string | undefined;
  #lease: Lease | undefined;
  #connectionTimer: NodeJS.Timeout | undefined;
  #tried: Set<string> | undefined;
  /** Set once undici has a connection and is about to write the request. */
  #controller: Dispatcher.DispatchController | undefined;
  /** Whether the connection was kept from an earlier request, and not a byte of an answer has come over it since. */
  #perhapsClosed = false;
  #repeated = false;
  #answer: UpstreamResponse | undefined;
  #aborted = false;
  #over = false;

  constructor(
    caller: Caller,
    via: { routes: Routes; upstreams: Upstreams },
    options: Dispatcher.DispatchOptions,
    target: Target,
  ) {
    this.#caller = caller;
    this.#routes = via.routes;
    this.#upstreams = via.upstreams;
    this.#options = options;
    this.#funko = target.kind === 'funko' ? target.funko : null;
    this.#prefix = target.kind === 'funko' ? target.prefix : undefined;
  }

  /** The container that was asked last; null for the admin API. */
  get instance(): string | null {
    return this.#lease?.backend.name ?? null;
  }

  /** Of the container that was asked last; undefined for the admin API. */
  get life(): string | undefined {
    return this.#lease?.backend.life;
  }

  /** Asks an instance of the funko. */
  toLease(lease: Lease): void {
    this.#lease = lease;
    if (lease.inFlight > this.#upstreams.mostConnections) this.#awaitConnection(lease);
    this.#upstreams.of(lease.backend).dispatch(this.#options, this);
  }

  /** All connections to the instance are in use: perhaps by streams that never end. */
  #awaitConnection({ backend }: Lease): void {
    const { mostConnections, connectionWithinMs } = this.#upstreams;
    const limit = 'as many as a worker makes connections to it (FAASO_FUNKO_CONNECTIONS)';
    const message = `${backend.name} has ${mostConnections} requests in flight, ${limit}, and none ended in time.`;
    this.#connectionTimer = setTimeout(() => {
      this.#giveUp();
      this.#caller.failed(problem('busy', message));
    }, connectionWithinMs);
  }

  /** Asks the admin API. */
  toSocket(path: string): void {
    this.#upstreams.ofSocket(path).dispatch(this.#options, this);
  }

  /** The client has gone, or got another answer: the upstream's work is not wanted any more. */
  abort(): void {
    if (this.#over) return;
    this.#aborted = true;
    if (this.#controller) this.#controller.abort(new Error('the client has gone'));
    else this.#giveUp();
  }

  /** It waits for a connection still, and is given up when there is one; but it counts no more. */
  #giveUp(): void {
    clearTimeout(this.#connectionTimer);
    this.#aborted = true;
    this.#over = true;
    this.#lease?.givenUp();
  }

  /** The client takes more. */
  resume(): void {
    if (!this.#over) this.#controller?.resume();
  }

  /** Undici has a connection; from here on the upstream may see the request. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    clearTimeout(this.#connectionTimer);
    this.#controller = controller;
    this.#perhapsClosed = this.connection?.begin() === true;
    if (this.#aborted) controller.abort(new Error('the client has gone'));
  }

  /** The first byte of an answer has come. */
  onResponseStarted(): void {
    this.#perhapsClosed = false;
  }

  onResponseStart(_controller: unknown, status: number, headers: IncomingHttpHeaders, reason = ''): void {
    // 100 is FaaSO's to say, when it was asked for.
    if (status === SKIPPED_STATUS) return;
    const head = readResponseHead(headers, this.#prefix);
    if (status === 101) throw this.#notHttp('a 101 that nobody asked for');
    if (status < 200) {
      this.#caller.informed(status, head.headers);
      return;
    }
    if (head.badCoding !== undefined) throw this.#notHttp(`Transfer-Encoding "${head.badCoding}"`);
    this.#answer = this.#caller.answerBegins(status, PLAIN.test(reason) ? reason : undefined, head);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    bodyPassed(chunk.length);
    if (this.#answer?.write(chunk) !== false) return;
    controller.pause();
    this.#caller.mustWait();
  }

  onResponseEnd(_controller: unknown, trailers: IncomingHttpHeaders): void {
    this.#end();
    this.#answer?.end(readTrailers(trailers));
  }

  onRequestUpgrade(
    _controller: unknown,
    status: number,
    headers: IncomingHttpHeaders,
    upstream: Duplex,
  ): void {
    // No other protocol was offered (RFC 9110, 7.8).
    if (headers.upgrade?.toLowerCase() !== 'websocket') throw this.#notHttp('a 101 to another protocol');
    this.#caller.upgraded(status, readResponseHead(headers, this.#prefix), asSocket(upstream), () => {
      this.#end();
    });
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#over) return;
    clearTimeout(this.#connectionTimer);
    if (this.#mayRepeat(error)) {
      this.#repeat();
      return;
    }
    const failure = failureOf(error, this.instance ?? 'The admin API', this.#controller !== undefined);
    if (failure.notReached && !this.#aborted && this.#tryNext()) return;
    if (failure.notReached) this.#lease?.refused();
    this.#end();
    if (!this.#aborted) this.#caller.failed(failure.problem);
  }

  #mayRepeat(error: Error): boolean {
    if (this.#lease === undefined || this.#aborted) return false;
    const { method, body } = this.#options;
    const perhapsClosed = this.#perhapsClosed;
    return mayRepeat({ method, hasBody: body !== null, perhapsClosed, repeated: this.#repeated }, error);
  }

  /** Over a new connection: others that were kept may be closed as well. */
  #repeat(): void {
    if (!this.#lease) return;
    this.#repeated = true;
    this.#controller = undefined;
    this.#upstreams.dispatchAlone(this.#lease.backend, this.#options, this);
  }

  /** Asks an instance that was not tried yet, if there is one. */
  #tryNext(): boolean {
    if (this.#funko === null || !this.#lease) return false;
    this.#lease.refused();
    (this.#tried ??= new Set()).add(this.#lease.backend.id);
    const next = this.#routes.lease(this.#funko, this.#tried);
    if (typeof next === 'string') return false;
    this.toLease(next);
    return true;
  }

  #end(): void {
    this.#over = true;
    this.#lease?.end();
  }

  #notHttp(what: string): FaasoError {
    return new FaasoError(
      'bad_gateway',
      `${this.instance ?? 'The admin API'} gave ${what}, which can't be passed on.`,
    );
  }
}
