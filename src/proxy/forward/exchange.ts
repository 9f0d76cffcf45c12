/**
 * One request and its answer, the client's side of it: from the request's head to the end of the answer. `proceed`
 * shows the whole chain.
 *
 * It promises: once the answer has begun, a failure resets the client's connection and never ends it cleanly. A
 * client that goes away ends the upstream's request. Nothing is read of a connection whose framing is in doubt.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import type { Concurrency } from '../../funko/traffic-rules.ts';
import { problem, type Problem } from '../problem.ts';
import { noTurn, type NoTurn, type Permit, type Waiter } from './concurrency.ts';
import { UpstreamResponse } from './upstream/response.ts';
import { answerLocal, answerProblem, answerRedirect, type OwnAnswer } from './local-responses.ts';
import { UpstreamRequest, type Caller } from './upstream/upstream-request.ts';
import type { Context } from './context.ts';
import { noLease } from './upstream/failure.ts';
import { lingerOnClose } from './linger.ts';
import type { Reply } from './reply.ts';
import { proceed, toInstance } from './steps.ts';
import { bodyLimit, violationOf } from './request/request-policy.ts';
import { RequestHead, type RequestKind } from './request/request-head.ts';
import { isUnusualWithBody } from './request/request-body.ts';
import type { ResponseHead } from './upstream/response-head.ts';
import { parseTarget, SERVER, targetOf, type FunkoTarget, type Target } from './request/target.ts';
import { plainAddress } from './request/trust.ts';
import { startTunnel } from './websocket/tunnel.ts';
import { Upload, type Uploader } from './request/upload.ts';

export class Exchange implements Caller, Uploader, Waiter {
  readonly #context: Context;
  readonly #req: IncomingMessage;
  readonly #reply: Reply;
  readonly #socket: Socket;
  /** The client's address, read now: it can be gone later. */
  readonly #client: string;
  readonly #manner: RequestKind;
  readonly #startedAt = performance.now();
  readonly #target: Target;
  readonly #head: RequestHead;
  /** Undefined for a request without a body. */
  readonly #upload: Upload | undefined;
  #call: UpstreamRequest | undefined;
  #answer: UpstreamResponse | undefined;
  /** FaaSO has answered itself, or nobody waits for an answer any more. */
  #over = false;
  #status = 0;
  /** Its turn at a funko that has a limit, or the place in the queue. */
  #stay: Permit | undefined;

  /** @param reply where the answer goes; for an upgrade, one that is detached from node:http */
  constructor(context: Context, req: IncomingMessage, reply: Reply, manner: RequestKind) {
    this.#context = context;
    this.#req = req;
    this.#reply = reply;
    this.#socket = req.socket;
    this.#client = plainAddress(req.socket.remoteAddress);
    this.#manner = manner;
    const parsed = parseTarget(req.method ?? '', req.url ?? '');
    this.#head = new RequestHead(req, parsed.authority);
    const named = context.hosts.funkoOf(this.#head.host);
    this.#target = this.#head.lastHop ? SERVER : targetOf(parsed, named);
    if (this.#head.hasBody) this.#upload = new Upload(req, reply, this.#head, this);
    reply.carry(this);
    context.running.begin();
  }

  /** Runs the exchange. A body gets the chance to arrive whole, as it often does, with the same read as the head. */
  run(): void {
    if (this.#upload && !this.#head.problem) process.nextTick(proceed, this);
    else proceed(this);
  }

  /** The chain: is it sound? → where to? → (an instance → the fields → the body → on its way). */
  proceed(): void {
    const target = this.#target;
    // Between its head and this tick its body may have turned out to be no HTTP.
    if (this.#over) return;
    if (this.#head.problem) this.failed(this.#head.problem);
    else if (target.kind === 'refused') this.failed(target.problem);
    else if (target.kind === 'redirect') answerRedirect(this.#reply, target.location, this.#own());
    else if (target.kind === 'local') answerLocal(this.#reply, target.page, this.#context, this.#own());
    else if (target.kind === 'admin') this.#forwardToAdmin(target.path);
    else this.#forward(target);
  }

  /** Most funkos have no rules, and nothing is asked. */
  #forward({ funko }: FunkoTarget): void {
    const { routes, settings, admission } = this.#context;
    const rules = routes.rulesOf(funko);
    if (this.#upload) this.#upload.limit = bodyLimit(rules, settings);
    const objection = violationOf(this.#head, rules, settings);
    if (objection) this.failed(objection);
    else if (!rules?.concurrency) this.toInstance();
    else if (!this.#awaitsBody()) this.#stay = admission.enter(funko, rules.concurrency, this);
  }

  admitted(): void {
    if (!this.#over) toInstance(this);
  }

  refused(why: NoTurn, limit: Concurrency): void {
    this.failed(noTurn(why, (this.#target as FunkoTarget).funko, limit));
  }

  toInstance(): void {
    const { funko, prefix, path } = this.#target as FunkoTarget;
    const { routes } = this.#context;
    const lease = routes.lease(funko);
    if (typeof lease === 'string')
      this.failed(noLease(lease, funko, routes.whyNone(funko), this.#context.sync()));
    else if (this.#awaitsBody()) lease.givenUp();
    else {
      this.#call = new UpstreamRequest(this, this.#context, this.#request(path, prefix), this.#target);
      this.#call.toLease(lease);
    }
  }

  /** Whether nothing that others need may be taken before the body is ready; then the exchange proceeds once more. */
  #awaitsBody(): boolean {
    const { clientIdleMs } = this.#context.settings;
    return this.#upload?.awaits(clientIdleMs, this.#manner === 'continue', () => proceed(this)) ?? false;
  }

  #forwardToAdmin(path: string): void {
    const { adminSocket } = this.#context;
    if (adminSocket === null) {
      this.failed(problem('not_found', 'This server has no admin API.'));
    } else if (!this.#awaitsBody()) {
      this.#call = new UpstreamRequest(this, this.#context, this.#request(path, undefined), this.#target);
      this.#call.toSocket(adminSocket);
    }
  }

  /** What undici is to send. */
  #request(path: string, prefix: string | undefined): Dispatcher.DispatchOptions {
    const head = this.#head;
    const method = this.#req.method as Dispatcher.HttpMethod;
    const upgrade = this.#manner === 'upgrade' ? 'websocket' : null;
    head.complete(this.#req.httpVersion, this.#client, prefix, this.#context.trust.of(this.#client));
    const body = this.#upload?.take(this.#context.settings.clientIdleMs, this.#manner === 'continue') ?? null;
    const reset = upgrade !== null || (body !== null && isUnusualWithBody(method));
    return { method, path, headers: head.headers, body, upgrade, reset, blocking: false };
  }

  answerBegins(status: number, reason: string | undefined, head: ResponseHead): UpstreamResponse {
    this.#status = status;
    if (!head.hasRequestId) head.headers.push('X-Request-Id', this.#head.requestId);
    this.#answer = new UpstreamResponse(this.#reply, status, reason, head, this.#closing());
    return this.#answer;
  }

  /** 1xx go to the client, but not to HTTP/1.0, which does not know them (RFC 9110, 15.2). */
  informed(status: number, headers: string[]): void {
    // For a client that does not read nothing may pile up: it gets none.
    if (this.#req.httpVersion === '1.0' || this.#socket.writableNeedDrain) return;
    this.#reply.writeInformation(status, headers);
  }

  upgraded(status: number, head: ResponseHead, upstream: Socket, over: () => void): void {
    this.#status = status;
    this.#reply.letGo(this.#socket);
    const tunnel = startTunnel(this.#socket, upstream, { head, requestId: this.#head.requestId }, () => {
      over();
      this.#finish(tunnel.bytesToClient);
    });
    this.#context.running.open(tunnel, this.#call?.life);
  }

  mustWait(): void {
    this.#reply.tellDrain();
    this.#socket.setTimeout(this.#context.settings.clientIdleMs);
  }

  /** The client's connection has taken what was written. */
  drained(): void {
    this.#socket.setTimeout(0);
    this.#call?.resume();
  }

  /** A problem if nothing was answered yet, else a reset; nothing if it has failed before. */
  failed(what: Problem): void {
    this.#call?.abort();
    if (this.#answer) this.#socket.resetAndDestroy();
    else if (!this.#over) {
      this.#over = true;
      this.#status = what.status;
      answerProblem(this.#reply, what, this.#own());
    }
  }

  /** A fault of FaaSO's own: it may cost this connection, not the process. */
  crashed(err: unknown): void {
    this.#context.logger.error({ err, requestId: this.#head.requestId }, 'an exchange failed unexpectedly');
    this.#socket.destroy();
  }

  /** The client's connection was silent for `clientIdleMs` while something was expected of it. */
  clientIdle(): void {
    if (this.#upload?.waitsForClient === true || this.#reply.writableNeedDrain)
      this.failed(problem('bad_request', 'The request was not sent, or its answer not taken, in time.', 408));
    else this.#socket.setTimeout(this.#context.settings.clientIdleMs);
  }

  /** The answer is out, or its connection is closed. */
  replyClosed(): void {
    this.#over = true;
    if (!this.#reply.writableFinished) this.#status = 499;
    this.#call?.abort();
    this.#finish(this.#answer?.bytes ?? 0);
  }

  /** Of each answer that FaaSO gives itself. */
  #own(): OwnAnswer {
    return { requestId: this.#head.requestId, closing: this.#closing() };
  }

  /** Whether the client's connection can't be used again, or is not to be. */
  #closing(): boolean {
    // Where the offer of another protocol is not taken, Node's parser loses what came with the request: nothing may follow upon it.
    const deaf = this.#head.wantsUpgrade && this.#manner !== 'upgrade';
    const early = this.#head.unsound || deaf || this.#upload?.isHere === false;
    if (early) lingerOnClose(this.#socket);
    return early || this.#manner === 'upgrade' || this.#context.running.draining;
  }

  #finish(bytes: number): void {
    const { accessLog, running, tally } = this.#context;
    running.end();
    this.#stay?.leave();
    const ms = performance.now() - this.#startedAt;
    const status = this.#status || this.#reply.statusCode;
    const funko = this.#target.kind === 'funko' ? this.#target.funko : null;
    tally.add(funko, status, bytes, ms);
    accessLog?.add({
      requestId: this.#head.requestId,
      client: this.#client,
      method: this.#req.method,
      target: this.#req.url,
      funko,
      instance: this.#call?.instance ?? null,
      status,
      bytes,
      ms,
    });
  }
}
