/**
 * One small file for BuildKit, as it takes files of a folder: the protocol of its library fsutil (`types/wire.proto`). First come
 * the descriptions of all files, then the contents of those that are asked for by their number in that list.
 */
import type { ServerHttp2Stream } from 'node:http2';
import protobuf from 'protobufjs';
import { frame, GrpcFrames } from './grpc.ts';

/** What BuildKit calls the folder that has the Dockerfile, if that is not the context. */
export const DOCKERFILE_SOURCE = 'dockerfile';

const { root } = protobuf.parse(
  `syntax = "proto3";
  message Stat { string path = 1; uint32 mode = 2; int64 size = 6; }
  message Packet { uint32 type = 1; Stat stat = 2; uint32 ID = 3; bytes data = 4; }
`,
  { keepCase: true },
);
const PACKET = root.lookupType('Packet');

const STAT = 0;
const REQUEST = 1;
const DATA = 2;
const FINISHED = 3;
const READABLE = 0o644;
/** The engine takes no message of 16 MiB or more. */
const LONGEST_PIECE = 256 * 1024;

export interface SentFile {
  readonly name: string;
  readonly data: Buffer;
}

/** Answers a call of `FileSync.DiffCopy` with a folder that has this file alone. */
export function sendFile(stream: ServerHttp2Stream, { name, data }: SentFile): void {
  const send = (packet: object): void => void stream.write(frame(PACKET.encode(packet).finish()));
  const frames = new GrpcFrames();
  stream.on('data', (chunk: Buffer) => {
    for (const message of frames.push(chunk)) {
      const { type } = PACKET.decode(message) as unknown as { readonly type: number };
      if (type === REQUEST)
        for (const piece of [...piecesOf(data), undefined]) send({ type: DATA, data: piece });
      if (type !== FINISHED) continue;
      send({ type: FINISHED });
      stream.end();
    }
  });
  send({ type: STAT, stat: { path: name, mode: READABLE, size: data.length } });
  send({ type: STAT });
}

/** Pieces of bytes that are short enough for a message. */
export function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += LONGEST_PIECE) yield bytes.subarray(at, at + LONGEST_PIECE);
}
