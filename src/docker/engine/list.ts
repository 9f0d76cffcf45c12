/** Lists of the engine, read element by element: nobody can make one too long to be read. */
import { dial } from './dial.ts';
import { MOST_ANSWER_BYTES } from './answer.ts';
import type { CallOptions, Engine } from './engine.ts';
import { JsonElements } from './json-elements.ts';
import { TOO_LONG } from './json-lines.ts';

const LIST_WITHIN_MS = 30_000;

export interface ListQuery {
  /** Ends with `?`. */
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
}

/**
 * The list's elements in our own shape. One of more than 16 MiB, which labels can make, is left out.
 * @param what for messages: `listing containers`
 * Throws `engine_*`.
 */
export async function listed<Row>(
  engine: Engine,
  what: string,
  { path, query }: ListQuery,
  rowOf: (element: never) => Row,
  { signal }: Pick<CallOptions, 'signal'> = {},
): Promise<Row[]> {
  const request = { method: 'GET', path, options: query, isStream: true, statusCodes: { 200: true } };
  const read = async (answer: AsyncIterable<Buffer>): Promise<Row[]> => {
    const elements = new JsonElements(MOST_ANSWER_BYTES);
    const rows: Row[] = [];
    for await (const chunk of answer)
      for (const element of elements.push(chunk))
        if (element !== TOO_LONG) rows.push(rowOf(element as never));
    elements.end();
    return rows;
  };
  const options = { signal, timeoutMs: LIST_WITHIN_MS };
  return engine.call(
    what,
    async (docker) => read((await dial(docker, request)) as AsyncIterable<Buffer>),
    options,
  );
}
