/** What goes over the connection of an exec, both ways: lines of JSON, the bytes in them as base64 (docs/admin-api.md). */

/** The most bytes of a stream in one line. */
export const MOST_PIECE_BYTES = 64 * 1024;
/** So many pieces of stdin may be under way. The server never has to stop reading: so it sees when the client goes away. */
export const MOST_PIECES = 16;

/** From the client. The first line is a start. */
export type ExecLine =
  | { readonly type: 'stdin'; readonly data: string }
  | { readonly type: 'end' }
  | { readonly type: 'resize'; readonly columns: number; readonly rows: number };

/** From the server, before the result. `taken`: the program has taken a piece of its stdin. */
export type ExecAnswer =
  { readonly type: 'stdout' | 'stderr'; readonly data: string } | { readonly type: 'taken' };

/** The pieces of a chunk, each small enough for a line. */
export function* piecesOf(chunk: Uint8Array): Generator<string> {
  for (let at = 0; at < chunk.length; at += MOST_PIECE_BYTES)
    yield Buffer.from(chunk.subarray(at, at + MOST_PIECE_BYTES)).toString('base64');
}
