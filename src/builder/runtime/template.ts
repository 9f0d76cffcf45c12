/**
 * The only importer of ejs: a runtime's `*.ejs` files become the files of a build context.
 * Templates are a runtime's own code and run with the rights of the user who builds; a funko's files are never rendered.
 */
import ejs from 'ejs';
import { FaasoError, messageOf } from '../../errors.ts';
import type { OptionValue } from '../../funko/manifest/manifest.ts';

/** The end of a template's name; the rendered file has it no more. */
export const TEMPLATE_SUFFIX = '.ejs';

/**
 * The path of the file that a file of a runtime becomes: a template's without the end of its name.
 * @param folder the runtime's, for the message
 * @throws FaasoError `bad_runtime` if no name is left: `..ejs` would be `.`
 */
export function renderedPath(path: string, folder: string): string {
  if (!path.endsWith(TEMPLATE_SUFFIX)) return path;
  const target = path.slice(0, -TEMPLATE_SUFFIX.length);
  if (!['', '.', '..'].includes(target.slice(target.lastIndexOf('/') + 1))) return target;
  const message = `${folder}: the template "${path}" has no name without "${TEMPLATE_SUFFIX}"; rename it, or remove it`;
  throw new FaasoError('bad_runtime', message);
}

/** What a template may name. */
export interface TemplateData {
  readonly funko: {
    readonly name: string;
    /** Whether funko.yml names commands that run in the image beside its own: `release`, `worker`. */
    readonly runsCommands?: boolean;
  };
  /** The runtime's options: as funko.yml says, else the runtime's defaults. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** In a `template/` only: how the new funko.yml is to name the runtime. */
  readonly runtime?: string;
  /** Whether the build context has this file or folder. */
  readonly has: (path: string) => boolean;
  /** The paths of all files of the build context. */
  readonly files?: readonly string[];
  /** The text of a file of the build context; undefined if it has none there. */
  readonly text?: (path: string) => string | undefined;
  /** Tells who builds what will work but was probably not meant, in a sentence. */
  readonly warn?: (sentence: string) => void;
  /** Refuses the build, for the reason that the sentence says. */
  readonly fail?: (sentence: string) => never;
  /** The words of an image's command for what a person wrote: a list as it is; a text is run by `sh -c`. */
  readonly command?: (command: string | readonly string[]) => readonly string[];
  /** The command of a process type in the funko's Procfile; undefined if there is none. */
  readonly procfile?: (type: string) => string | undefined;
  /** The Debian packages that the funko's Aptfile names; none if there is no such file. */
  readonly aptfile?: () => readonly string[];
  /** Whether only the stage `build` is wanted: another runtime takes what it made. */
  readonly onlyBuilds?: boolean;
  /**
   * The stages of the runtime that funko.yml's `build` names; the last is called `build` and has the built folder in /funko.
   * Empty without one.
   */
  readonly buildStages?: string;
  /** More names, which the runtime's helpers.mjs gives. */
  readonly helpers?: Readonly<Record<string, unknown>>;
}

/** A template refuses what it was given. */
export class TemplateRefusal extends Error {
  /** The message, which ejs puts the template's place before. */
  readonly sentence: string;

  constructor(sentence: string) {
    super(sentence);
    this.sentence = sentence;
  }
}

/**
 * Renders one template. `<%= value %>` prints a value as it is, `<%- json(value) %>` as JSON.
 * @param file what messages call it
 * @throws FaasoError `bad_runtime` with file and line, e.g. for a variable that is not there; `bad_context` if the template refuses
 */
export function renderTemplate(text: string, file: string, data: TemplateData): string {
  const { helpers, ...names } = data;
  const locals = { ...names, ...helpers, json: printJson, include: refuseInclude };
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
  if (error instanceof TemplateRefusal)
    return new FaasoError('bad_context', error.sentence, { cause: error });
  if (error instanceof FaasoError) return error;
  const message = messageOf(error);
  const line = message.startsWith(`${file}:`) ? /^\d+/.exec(message.slice(file.length + 1))?.[0] : undefined;
  const reason = line === undefined ? message.split('\n', 1)[0] : message.split('\n\n').at(-1);
  const place = line === undefined ? file : `${file}:${line}`;
  return new FaasoError('bad_runtime', `${place}: ${reason ?? message}`, { cause: error });
}
