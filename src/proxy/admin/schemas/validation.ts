/** Checks what the admin API is sent in queries and bodies against JSON Schemas, with ajv. */
import { FaasoError } from '../../../errors.ts';
import type { Schema } from '../../../funko/manifest/json-schema.ts';
import { checkOf } from '../../../funko/manifest/manifest-errors.ts';

/** A value of a query that is yes or no. */
export type Flag = 'true' | 'false';

/** Its schema. */
export function flag(description: string): Schema {
  return { type: 'string', enum: ['true', 'false'], default: 'false', description };
}

/**
 * Makes the check of a value against a schema; it fills in the schema's defaults.
 * @param what the value in messages: `the query`, `the body`
 * The check throws `bad_request` with a line for each thing that is wrong.
 */
export function checker(schema: Schema, what: string): (value: unknown) => unknown {
  const problemsOf = checkOf(schema);
  return (value) => {
    const problems = problemsOf(value);
    if (problems.length === 0) return value;
    throw new FaasoError('bad_request', problems.map(({ message }) => `${what}: ${message}`).join('\n'));
  };
}

/** The query as an object; a key that comes twice is an array. */
export function queryOf(search: URLSearchParams): Record<string, string | string[]> {
  const keys = [...new Set(search.keys())];
  return Object.fromEntries(
    keys.map((key) => {
      const [first = '', ...others] = search.getAll(key);
      return [key, others.length > 0 ? [first, ...others] : first];
    }),
  );
}
