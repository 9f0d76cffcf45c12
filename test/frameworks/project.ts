/**
 * A project of other people's making: its own generator makes it, and FaaSO runs it as it is. One file a project in
 * projects/; check.ts says what each of them must pass.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const ONE_COMMAND_MS = 15 * 60_000;
const LAST_WORDS = 4000;

export interface Project {
  /** The row of docs/frameworks.md: `Express`. */
  readonly title: string;
  /** What made it, with its version: `express-generator 4.16.1`, `Debian's python3-django 4.2`. */
  readonly madeBy: string;
  /**
   * Makes the project in a folder that does not exist yet, as the generator's documentation says.
   * The folder's name is valid as the name of a funko, a package and a module (`express-t1f00ba42-9c3e`).
   */
  make(folder: string): Promise<void>;
  /** Lines that the docs tell a user to add to the funko.yml that FaaSO wrote. None is best. */
  readonly settings?: readonly string[];
  /** Commands with `faaso` that the docs tell a user to run before the first deploy; NAME is the funko: `secret set NAME KEY`. */
  readonly before?: readonly { readonly words: readonly string[]; readonly input?: string }[];
  /** A runtime that `npm test` does not take through the contract suite, as it takes minutes: it is done here. */
  readonly contract?: string;
  /** A page, and a text that the browser shows on it. */
  readonly page: { readonly path: string; readonly text: string };
  /**
   * An asset: a pattern of the path of one that the page loads (`/assets/index-*.js`), or the path of one that it does not
   * load. None for a program that has no page, only answers.
   */
  readonly asset?: RegExp | string;
  /** One line that somebody changes, and the text that the page shows then. */
  readonly change: {
    readonly file: string;
    readonly from: string;
    readonly to: string;
    readonly text: string;
  };
  /** The project's own way to build, for comparison; none where nothing is built. */
  readonly own?: { readonly install?: readonly string[]; readonly build: readonly string[] };
  /** A Dockerfile as the framework's documentation advises it (on the base images of this machine), for comparison of sizes. */
  readonly advice?: { readonly dockerfile: string; readonly dockerignore?: string };
}

/** Runs a command in a folder, with the environment of a developer. Fails with the last words of its output. */
export async function run(folder: string, command: string, ...words: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    CI: '1',
    npm_config_yes: 'true',
    npm_config_fund: 'false',
    npm_config_audit: 'false',
  };
  try {
    const options = { cwd: folder, env, maxBuffer: 1 << 28, timeout: ONE_COMMAND_MS };
    return (await execute(command, words, options)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${words.join(' ')}:\n${(stdout + stderr).slice(-LAST_WORDS)}`, {
      cause: error,
    });
  }
}

/** Replaces the first place of a text in a file; fails if there is none. */
export async function edit(folder: string, file: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(folder, file), 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)}`);
  await writeFile(
    join(folder, file),
    text.replace(from, () => to),
  );
}

/** A word of a changed text that may have a number behind it. */
const NUMBERED = /FaaSO|changed|dear/;

/**
 * Makes the project's change and measures a build after it. If its text allows, two changes of the same line come before:
 * the first build after an installation meets a disk that is still writing.
 * @returns the median, in seconds
 */
export async function buildAfterChange(
  { change }: Project,
  folder: string,
  build: () => Promise<unknown>,
): Promise<number> {
  const { file, to } = change;
  const before = NUMBERED.test(to) ? [1, 2].map((number) => to.replace(NUMBERED, `$&${number}`)) : [];
  const seconds: number[] = [];
  let from = change.from;
  for (const text of [...before, to]) {
    await edit(folder, file, from, text);
    from = text;
    const began = performance.now();
    await build();
    seconds.push((performance.now() - began) / 1000);
  }
  return seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)] ?? Number.NaN;
}
