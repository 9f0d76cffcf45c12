/**
 * What ajv found, in words for a person: which value, where, what is allowed, what was probably meant.
 * Serves funko.yml, runtime.yml and the options of a runtime. Pure.
 */
import { createRequire } from 'node:module';
import type * as ajv from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { onDemand } from '../../util/lazy.ts';
import { didYouMean } from '../suggest.ts';
import type { YamlPath } from './yaml-source.ts';
import type { Schema } from './json-schema.ts';

/** One thing that is wrong. */
export interface ManifestProblem {
  /** The value it is about; for an unknown key the path ends with that key. */
  readonly path: YamlPath;
  /** Whether the key itself is wrong, not its value. */
  readonly atKey: boolean;
  /** Without file and line. */
  readonly message: string;
}

const require = createRequire(import.meta.url);

/** Makes one for all schemas: it takes longer to make than most schemas to compile. */
const compiler = onDemand(() => {
  const { Ajv } = require('ajv') as typeof ajv;
  // Compiling finds what is wrong with a schema, too; the schema of schemas takes 40 ms to compile. A check runs once or twice:
  // to optimize its code takes a third of the time that compiling takes, and gains nothing.
  const options = { allErrors: true, verbose: true, useDefaults: true, allowUnionTypes: true };
  const quick = { validateSchema: false, meta: false, code: { optimize: false } };
  return new Ajv({ ...options, ...quick }).addVocabulary(['allowed', 'help', 'meant']);
});

/** As `compile`, but when the first value is checked: that takes longer than most commands do. For a schema that is known to be good. */
export function checkOf(schema: Schema): (value: unknown) => ManifestProblem[] {
  const check = onDemand(() => compile(schema));
  return (value) => check()(value);
}

/**
 * Compiles a schema into a check that lists every problem, none if the value is good.
 * The check writes the schema's defaults into the value.
 * @throws Error of ajv if the schema cannot be compiled
 */
export function compile(schema: Schema): (value: unknown) => ManifestProblem[] {
  const validate: ValidateFunction = compiler().compile(schema);
  // It would be kept for as long as the compiler is.
  compiler().removeSchema(schema);
  return (value) => (validate(value) ? [] : problemsOf(validate.errors ?? []));
}

function problemsOf(errors: readonly ErrorObject[]): ManifestProblem[] {
  const problems = errors.filter((error) => error.propertyName === undefined).map(problemOf);
  const seen = new Set<string>();
  return problems.filter(({ path, message }) => {
    const key = JSON.stringify([path, message]);
    return !seen.has(key) && seen.add(key);
  });
}

function problemOf(error: ErrorObject): ManifestProblem {
  const path = pathOf(error.instancePath);
  const schema = (error.parentSchema ?? {}) as Schema;
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(path, String(params['additionalProperty']), schema);
    case 'propertyNames':
      return badKey(path, String(params['propertyName']), schema);
    case 'required':
      return missingKey(path, String(params['missingProperty']), schema);
    default:
      return badValue(path, error.data, schema);
  }
}

function unknownKey(path: YamlPath, key: string, schema: Schema): ManifestProblem {
  const allowed = Object.keys(schema.properties ?? {});
  const list = allowed.length === 0 ? 'none is allowed here' : `allowed: ${allowed.join(', ')}`;
  const message = `unknown key ${JSON.stringify(key)}${inside(path)}; ${list}.${meantBy(key, schema) ?? didYouMean(key, allowed)}`;
  return { path: [...path, key], atKey: true, message };
}

/** The key that was meant by another tool's word for it. */
function meantBy(key: string, { meant = {} }: Schema): string | undefined {
  const word = Object.hasOwn(meant, key.toLowerCase()) ? meant[key.toLowerCase()] : undefined;
  if (word === undefined) return undefined;
  return word.includes(' ') ? ` ${word}` : ` Did you mean "${word}"?`;
}

function badKey(path: YamlPath, key: string, schema: Schema): ManifestProblem {
  const allowed = describeAllowed(schema.propertyNames ?? {});
  return {
    path: [...path, key],
    atKey: true,
    message: `the key ${JSON.stringify(key)}${inside(path)} must be ${allowed}`,
  };
}

function missingKey(path: YamlPath, key: string, schema: Schema): ManifestProblem {
  const allowed = describeAllowed(schema.properties?.[key] ?? {});
  const message = `the key "${key}" is missing${inside(path)}: it must be ${allowed}`;
  return { path, atKey: false, message };
}

function badValue(path: YamlPath, value: unknown, schema: Schema): ManifestProblem {
  const name = path.length === 0 ? 'this' : path.join('.');
  const meant = typeof value === 'string' ? didYouMean(value, textsOf(schema)) : '';
  const end = meant === '' ? '' : `.${meant}`;
  const message = `${name} is ${describeValue(value)}; it must be ${describeAllowed(schema)}${end}`;
  return { path, atKey: false, message };
}

function textsOf({ enum: values = [] }: Schema): string[] {
  return values.filter((value) => typeof value === 'string');
}

function inside(path: YamlPath): string {
  return path.length === 0 ? '' : ` in ${path.join('.')}`;
}

/** What a schema allows, to be read after "must be". */
export function describeAllowed(schema: Schema): string {
  if (schema.allowed !== undefined) return schema.allowed;
  if (schema.enum) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  const types = schema.type === undefined ? ['value'] : [schema.type].flat();
  const pattern = schema.pattern === undefined ? '' : ` that matches ${schema.pattern}`;
  return types.map((type) => TYPES[type] ?? `a ${type}`).join(' or ') + range(schema) + pattern;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  null: 'empty',
};

function range({ minimum, maximum, minLength, maxLength }: Schema): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  if (maximum !== undefined) return ` of at most ${maximum}`;
  if (minLength !== undefined && maxLength !== undefined)
    return ` of ${minLength} to ${maxLength} characters`;
  if (minLength !== undefined) return ` of at least ${minLength} characters`;
  return maxLength === undefined ? '' : ` of at most ${maxLength} characters`;
}

/** A value as a message shows it: its kind where that is the point, shortened. */
function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (typeof value === 'number') return `the number ${value}`;
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function pathOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
