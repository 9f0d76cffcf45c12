/** The client's side of an exchange: node:http's response, which knows its exchange, so that no listener needs a closure. */
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Problem } from '../problem.ts';
import { lingeringEnd } from './linger.ts';

/** What an exchange hears of its client. */
export interface ReplyListener {
  /** The reply is over, or its client has gone. */
  replyClosed(): void;
  /** The client has taken what was written. */
  drained(): void;
  /** The request can't be read, or ended too early: the answer is this problem. */
  failed(what: Problem): void;
  /** The client was silent for as long as it may be. */
  clientIdle(): void;
}

export class Reply extends ServerResponse {
  exchange: ReplyListener | undefined;

  /** Assigns the reply to an exchange, which is told when the reply is closed. */
  carry(exchange: ReplyListener): void {
    this.exchange = exchange;
    this.on('close', onClose);
  }

  /** Makes it tell its exchange when the client has taken what was written. */
  tellDrain(): void {
    if (this.listenerCount('drain') === 0) this.on('drain', onDrain);
  }

  /** Leaves the connection to somebody else. */
  letGo(socket: Socket): void {
    this.off('close', onClose);
    this.detachSocket(socket);
  }
}

function onClose(this: Reply): void {
  this.exchange?.replyClosed();
}

function onDrain(this: Reply): void {
  this.exchange?.drained();
}

/** The reply that a client's connection carries now; undefined between two requests. */
export function replyOn(socket: Socket): Reply | undefined {
  const { _httpMessage: current } = socket as Socket & { _httpMessage?: Reply | null };
  return current ?? undefined;
}

/**
 * A reply for a request whose connection node:http has let go of, since it asked for an upgrade. Until it is detached
 * it does what node:http would have done: it closes the connection after the answer, and when the client has gone.
 */
export function detachedReply(req: IncomingMessage, socket: Socket): Reply {
  const reply = new Reply(req);
  reply.shouldKeepAlive = false;
  reply.assignSocket(socket);
  socket.on('drain', () => {
    if (reply.socket === socket) reply.emit('drain');
  });
  socket.once('end', () => {
    if (reply.socket === socket) socket.destroy();
  });
  reply.once('finish', () => {
    reply.detachSocket(socket);
    reply.emit('close');
    lingeringEnd(socket);
  });
  return reply;
}
