/** The lines that a client of an exec sends (api/exec-lines.ts). */
import { MOST_PIECE_BYTES } from '../../../api/exec-lines.ts';
import type { ExecRequest } from '../../../api/funko-api.ts';
import type { Schema } from '../../../funko/manifest/json-schema.ts';

export type ExecStart = Omit<ExecRequest, 'name'> & { readonly type: 'start' };

/** The longest word of a command line that Linux takes. */
const LONGEST_WORD = 128 * 1024;
const MOST_CELLS = 10_000;

const CELLS: Schema = {
  type: 'integer',
  minimum: 1,
  maximum: MOST_CELLS,
  allowed: `a whole number from 1 to ${MOST_CELLS}`,
};

export const EXEC_START: Schema = {
  type: 'object',
  allowed: 'a JSON object',
  properties: {
    type: { type: 'string', enum: ['start'] },
    command: {
      type: 'array',
      description: 'A program and its arguments.',
      minItems: 1,
      items: {
        type: 'string',
        maxLength: LONGEST_WORD,
        pattern: '^[^\\x00]*$',
        allowed: `a text of at most ${LONGEST_WORD} characters without a NUL`,
      },
      allowed: 'a program and its arguments, as a list of texts',
    },
    instance: {
      type: 'string',
      description: 'The name of an instance, or its number.',
      minLength: 1,
      maxLength: 255,
      allowed: 'the name of an instance, or its number',
    },
    terminal: {
      type: 'object',
      description: 'The size of the terminal that it runs on; it has none if left out.',
      properties: { columns: CELLS, rows: CELLS },
      required: ['columns', 'rows'],
      additionalProperties: false,
      allowed: 'the columns and rows of a terminal',
    },
  },
  required: ['type', 'command'],
  additionalProperties: false,
};

export const EXEC_LINE: Schema = {
  type: 'object',
  allowed: 'a JSON object',
  properties: {
    type: { type: 'string', enum: ['stdin', 'end', 'resize'] },
    data: {
      type: 'string',
      description: "The next of the program's input, as base64.",
      maxLength: 4 * Math.ceil(MOST_PIECE_BYTES / 3),
      pattern: '^[A-Za-z0-9+/]*={0,2}$',
      allowed: `at most ${MOST_PIECE_BYTES} bytes as base64`,
    },
    columns: CELLS,
    rows: CELLS,
  },
  required: ['type'],
  additionalProperties: false,
};
