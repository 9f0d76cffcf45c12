/**
 * The only importer of ejs: a runtime's `*.ejs` files become the files of a build context.
 * Templates are a runtime's own code and run with the rights of whoever builds; a funko's files are never rendered.
 */
import ejs from 'ejs';
import { FaasoError, messageOf } from '../errors.ts';
import type { OptionValue } from '../funko/manifest.ts';

/** The end of a template's name; the rendered file has it no more. */
export const TEMPLATE_SUFFIX = '.ejs';

/** What a template may name. */
export interface TemplateData {
  readonly funko: { readonly name: string };
  /** The runtime's options: as funko.yml says, else the runtime's defaults. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** In a `template/` only: how the new funko.yml is to name the runtime. */
  readonly runtime?: string;
  /** Whether the build context has this file or folder. */
  readonly has: (path: string) => boolean;
}

/**
 * Renders one template. `<%= value %>` prints a value as it is, `<%- json(value) %>` as JSON.
 * @param file what messages call it
 * @throws FaasoError `bad_runtime` with file and line, e.g. for a variable that is not there
 */
export function renderTemplate(text: string, file: string, data: TemplateData): string {
  const locals = { ...data, json: printJson, include: refuseInclude };
  try {
    return ejs.render(text, locals, { filename: file, escape: print, cache: false, async: false });
  } catch (error) {
    throw templateError(error, file);
  }
}

/** A template makes Dockerfiles and code, not HTML: values are printed as they are; a missing one is an error. */
function print(value: unknown): string {
  if (value === undefined || value === null)
    throw new Error('the value to print is not there (undefined or null)');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function printJson(value: unknown): string {
  return print(JSON.stringify(value));
}

function refuseInclude(path: string): never {
  throw new Error(`include(${JSON.stringify(path)}) is not available: a template is one file`);
}

/** ejs puts `FILE:LINE`, an excerpt and an empty line before the message of what was thrown. */
function templateError(error: unknown, file: string): FaasoError {
  const message = messageOf(error);
  const line = message.startsWith(`${file}:`) ? /^\d+/.exec(message.slice(file.length + 1))?.[0] : undefined;
  const reason = line === undefined ? message.split('\n', 1)[0] : message.split('\n\n').at(-1);
  const place = line === undefined ? file : `${file}:${line}`;
  return new FaasoError('bad_runtime', `${place}: ${reason ?? message}`, { cause: error });
}
