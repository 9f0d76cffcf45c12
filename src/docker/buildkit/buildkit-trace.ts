/** BuildKit's progress messages: the protobuf `moby.buildkit.v1.StatusResponse`, the fields that we use. */
import protobuf from 'protobufjs';
import { FaasoError } from '../../errors.ts';

export interface TraceVertex {
  readonly digest: string;
  readonly name: string;
  readonly cached: boolean;
  readonly started: TraceTime | null;
  readonly completed: TraceTime | null;
  readonly error: string;
}

export interface TraceLog {
  readonly vertex: string;
  readonly msg: Uint8Array;
}

export interface TraceWarning {
  readonly short: Uint8Array;
}

export interface TraceTime {
  readonly seconds: number;
  readonly nanos: number;
}

export interface Trace {
  readonly vertexes: readonly TraceVertex[];
  readonly logs: readonly TraceLog[];
  readonly warnings: readonly TraceWarning[];
}

/** Field numbers as in BuildKit's api/services/control/control.proto. */
const STATUS = protobuf.Root.fromJSON({
  nested: {
    Timestamp: { fields: { seconds: { type: 'int64', id: 1 }, nanos: { type: 'int32', id: 2 } } },
    Vertex: {
      fields: {
        digest: { type: 'string', id: 1 },
        name: { type: 'string', id: 3 },
        cached: { type: 'bool', id: 4 },
        started: { type: 'Timestamp', id: 5 },
        completed: { type: 'Timestamp', id: 6 },
        error: { type: 'string', id: 7 },
      },
    },
    VertexLog: { fields: { vertex: { type: 'string', id: 1 }, msg: { type: 'bytes', id: 4 } } },
    VertexWarning: { fields: { short: { type: 'bytes', id: 3 } } },
    StatusResponse: {
      fields: {
        vertexes: { rule: 'repeated', type: 'Vertex', id: 1 },
        logs: { rule: 'repeated', type: 'VertexLog', id: 3 },
        warnings: { rule: 'repeated', type: 'VertexWarning', id: 4 },
      },
    },
  },
}).lookupType('StatusResponse');

/** Decodes one message. Throws `engine_failed` if it is not valid. */
export function decodeTrace(bytes: Uint8Array): Trace {
  try {
    const message = STATUS.decode(bytes);
    return STATUS.toObject(message, { longs: Number, arrays: true, defaults: true }) as Trace;
  } catch (error) {
    throw new FaasoError('engine_failed', "The engine's build progress could not be decoded.", {
      cause: error,
    });
  }
}

/** A time in seconds. */
export function secondsOf(time: TraceTime): number {
  return time.seconds + time.nanos / 1e9;
}
