/** What can be asked of the requests that were recorded, and what is told of them. */

export interface AccessLogRequest {
  /** Only requests to these; to all funkos if absent or empty. */
  readonly funkos?: readonly string[];
  /** Goes on until it is aborted. */
  readonly follow?: boolean;
  /** At most this many existing requests; 1,000 if absent. */
  readonly tail?: number;
  /** Only requests recorded at this time or later, ISO 8601. */
  readonly since?: string;
}

/** A request that is over. */
export interface AccessLogEntry {
  readonly type: 'request';
  /** When it was over, ISO 8601 with milliseconds. */
  readonly time: string;
  readonly requestId: string;
  /** The client's address. */
  readonly client: string;
  readonly method: string | null;
  /** As it was sent, without its query; control characters are possible. */
  readonly path: string | null;
  /** The funko that was asked for, whether it is there or not; `NAME@vN` for a preview. */
  readonly funko: string;
  /** The name of the container that answered; null if none did. */
  readonly instance: string | null;
  /** 499: the client went away before it had the whole answer. */
  readonly status: number;
  /** Bytes of the answer's body that were relayed. */
  readonly bytes: number;
  /** From the request's head to the end of the answer. */
  readonly ms: number;
}

export interface AccessLogResult {
  /** How many requests there were when it was asked. */
  readonly requests: number;
}
