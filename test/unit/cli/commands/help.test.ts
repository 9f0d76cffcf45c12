/** Every command's help, held to the same rules. */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import type { Command } from 'commander';
import { createProgram } from '../../../../src/cli/program.ts';
import { run } from '../../../../src/cli/run.ts';
import type { CliSession } from '../../../../src/cli/session.ts';

/** Commands whose result is data. */
const WITH_DATA =
  /^(deploy|build|up|status|logs|invoke|restart|scale|split|versions|rollback|down|remove|adopt|release|prune|doctor|secret (set|list|remove)|env (set|unset|list)|server list|runtimes( list| show| check)?)$/;
/** Kinds of values that always have a default. */
const WITH_DEFAULT = /^(seconds|lines|n|port|name|method)$/;

function sessionOf(columns?: number): { session: CliSession; stdout: PassThrough; stderr: PassThrough } {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const session = {
    stdout,
    stderr,
    stdin: process.stdin,
    environment: columns === undefined ? {} : { COLUMNS: String(columns) },
    folder: '/',
    home: '/',
    signal: new AbortController().signal,
  };
  return { session: session as unknown as CliSession, stdout, stderr };
}

/** All commands that a person sees, those below others too. */
function commandsOf(command: Command, path: readonly string[] = []): [path: string, command: Command][] {
  const below = command.createHelp().visibleCommands(command);
  return below.flatMap((each) => {
    const own = [...path, each.name()];
    return [[own.join(' '), each] as [string, Command], ...commandsOf(each, own)];
  });
}

const program = await createProgram(sessionOf().session, ['help']);
const all = commandsOf(program);

/** The words of an example after `faaso`, quotes taken off. */
function wordsOf(line: string): string[] {
  const [, command = ''] = /\bfaaso ([^|&)>]*)/.exec(line) ?? [];
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

function optionsIn(line: string): string[] {
  return wordsOf(line).filter((word) => /^--?[a-zA-Z]/.test(word));
}

/** Whether the command of an example, which may be another one, has this option. */
function known(line: string, word: string): boolean {
  const text = wordsOf(line).join(' ');
  const own = all.filter(([path]) => `${text} `.startsWith(`${path} `)).at(-1);
  return own?.[1].options.some(({ long, short }) => word === long || word === short) === true;
}

/** At least one example is of the command itself, and all of them have only options that there are. */
function checkExamples(path: string, text: string): void {
  const [, examples = ''] = text.split('\nExamples:\n');
  const lines = examples.split('\n').filter((line) => line.startsWith('  $ '));
  assert.ok(
    lines.some((line) => line.includes(`faaso ${path}`)),
    'it has an example',
  );
  for (const line of lines) {
    const [ours = ''] = line.split(' -- ');
    const unknown = optionsIn(ours).filter((word) => !known(line, word));
    assert.deepEqual(unknown, [], `options of the example: ${line}`);
  }
}

function checkOptions({ options, registeredArguments }: Command): void {
  for (const { name, description } of registeredArguments.map((each) => ({
    name: each.name(),
    description: each.description,
  })))
    assert.notEqual(description, '', name);
  for (const { flags, description, defaultValue } of options) {
    assert.notEqual(description, '', flags);
    const kind = /<([^>]+)>/.exec(flags)?.[1] ?? '';
    const told = description.includes('(default:') || defaultValue !== undefined;
    assert.ok(told || !WITH_DEFAULT.test(kind), `${flags} tells its default`);
  }
}

describe('the help of every command', () => {
  for (const [path, command] of all) {
    it(`faaso ${path}`, async () => {
      const { session, stdout, stderr } = sessionOf();
      assert.equal(await run([...path.split(' '), '--help'], session), 0);
      assert.equal(stderr.read(), null);
      const text = String(stdout.read());
      assert.ok(text.startsWith(`Usage: faaso ${path}`), text);
      assert.match(command.summary(), /^[a-z].*[^.]$/);
      assert.match(command.description(), /^[A-Z][^]*\.$/);
      checkExamples(path, text);
      checkOptions(command);
      assert.equal(
        command.options.some(({ long }) => long === '--json'),
        WITH_DATA.test(path),
        '--json',
      );
    });
  }

  it('cuts no word on a narrow terminal, and leaves none out', async () => {
    const helpOf = async (path: string, columns: number): Promise<string> => {
      const { session, stdout } = sessionOf(columns);
      assert.equal(await run([...path.split(' '), '--help'], session), 0);
      return String(stdout.read());
    };
    const wordsIn = (text: string): string[] => text.match(/[^\s\\]+/g) ?? [];
    for (const [path] of all) {
      const [wide, narrow] = await Promise.all([helpOf(path, 200), helpOf(path, 40)]);
      assert.deepEqual(wordsIn(narrow), wordsIn(wide));
      const long = narrow
        .split('\n')
        .filter((line) => line.length > 40 && wordsIn(line.replace(/'[^']*'/, 'quoted')).length > 1);
      assert.deepEqual(long, [], `faaso ${path}`);
    }
    const { session, stdout } = sessionOf(40);
    assert.equal(await run(['help'], session), 0);
    assert.ok(
      !String(stdout.read())
        .split('\n')
        .some((line) => line.length > 40),
    );
  });

  it('is what faaso help COMMAND prints, too', async () => {
    for (const words of [
      ['help', 'runtimes', 'check'],
      ['runtimes', 'check', '--help'],
    ]) {
      const { session, stdout } = sessionOf();
      assert.equal(await run(words, session), 0);
      assert.match(String(stdout.read()), /^Usage: faaso runtimes check/);
    }
  });
});
