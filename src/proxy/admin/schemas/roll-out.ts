/** The bodies of the operations that get instances into service. */
import { SHOWN_LOG_LINES } from '../../../funko/defaults.ts';
import { MOST_INSTANCES } from '../../../funko/naming/names.ts';
import type { RollbackRequest, ScaleRequest, SplitRequest, UpRequest } from '../../../api/funko-api.ts';
import type { Schema } from '../../../funko/manifest/json-schema.ts';

/** The longest that anything may be told to wait: an hour. */
const MOST_TIMEOUT_MS = 3_600_000;

/** The body of `up`. */
export type UpBody = Omit<UpRequest, 'name'>;

/** The body of `rollback`. */
export type RollbackBody = Omit<RollbackRequest, 'name'>;

/** The body of `scale`. */
export type ScaleBody = Omit<ScaleRequest, 'name'>;

/** The body of `split`. */
export type SplitBody = Omit<SplitRequest, 'name'>;

const VERSION: Schema = {
  type: 'string',
  description: 'The version to start; the newest if left out.',
  pattern: '^v[1-9][0-9]{0,8}$',
  allowed: 'a version: v1, v2, and so on',
};

function milliseconds(description: string, minimum: number): Schema {
  return {
    type: 'integer',
    description,
    minimum,
    maximum: MOST_TIMEOUT_MS,
    allowed: `a whole number of milliseconds from ${minimum} to ${MOST_TIMEOUT_MS}`,
  };
}

function yesNo(description: string): Schema {
  return { type: 'boolean', description, allowed: 'true or false' };
}

/** How instances get into service: RollOutOptions. */
const ROLL_OUT: Readonly<Record<string, Schema>> = {
  timeoutMs: milliseconds('How long each new instance may take to get ready, in milliseconds.', 1),
  steadyMs: milliseconds('How long new instances must have been ready before old ones go.', 0),
  surge: yesNo('Starts all new instances at once, instead of one after the other.'),
  logTail: {
    type: 'integer',
    description: `How many of the last lines of its log are told of an instance that fails, after the first ${SHOWN_LOG_LINES}.`,
    minimum: 0,
    maximum: 100_000,
    allowed: 'a whole number from 0 to 100000',
  },
  whenBusy: {
    type: 'string',
    description: 'If another operation on this funko is in progress: wait for it, or fail with 409.',
    enum: ['wait', 'refuse'],
  },
};

export const UP_BODY: Schema = {
  type: 'object',
  allowed: 'a JSON object',
  properties: {
    version: VERSION,
    preview: yesNo('Starts one instance beside the version in service; it answers only at /funko/NAME@vN/.'),
    dryRun: yesNo('Only finds out what would be done.'),
    ...ROLL_OUT,
  },
  additionalProperties: false,
};

export const ROLLBACK_BODY: Schema = {
  type: 'object',
  allowed: 'a JSON object',
  properties: {
    version: {
      ...VERSION,
      description: 'The version to go back to; the one before the one that runs if left out.',
    },
    ...ROLL_OUT,
  },
  additionalProperties: false,
};

export const SCALE_BODY: Schema = {
  type: 'object',
  allowed: 'a JSON object',
  properties: {
    count: {
      type: 'integer',
      description: 'How many instances are asked for.',
      minimum: 1,
      maximum: MOST_INSTANCES,
      allowed: `a whole number from 1 to ${MOST_INSTANCES}`,
    },
    worker: {
      type: 'string',
      description: 'The worker whose containers are counted; the instances if left out.',
      minLength: 1,
      maxLength: 40,
    },
    ...ROLL_OUT,
  },
  required: ['count'],
  additionalProperties: false,
};

export const SPLIT_BODY: Schema = {
  type: 'object',
  allowed: 'a JSON object',
  properties: {
    weights: {
      type: 'object',
      description: 'The share of each of two versions, in percent of the requests.',
      propertyNames: VERSION,
      additionalProperties: {
        type: 'integer',
        minimum: 0,
        maximum: 100,
        allowed: 'a whole number from 0 to 100',
      },
      allowed: 'two versions with whole percentages that make 100',
    },
    ...ROLL_OUT,
  },
  required: ['weights'],
  additionalProperties: false,
};

export const RESTART_BODY: Schema = {
  type: 'object',
  allowed: 'a JSON object',
  properties: ROLL_OUT,
  additionalProperties: false,
};
