/** `faaso exec FUNKO -- COMMAND…`: a program in an instance, as if it ran here. */
import type { Command } from 'commander';
import { FaasoError } from '../../errors.ts';
import { OutputLost, Reported } from '../exit.ts';
import { connect } from '../connect/connect.ts';
import { RawTerminal, sizeOf } from '../terminal/raw-terminal.ts';
import type { CliSession } from '../session.ts';
import { nameOf } from '../folders/funko-targets.ts';
import { withExamples, withLocal, type LocalOption } from '../options/shared-options.ts';

interface ExecOptions extends LocalOption {
  readonly instance?: string;
  /** Absent: as the streams are. */
  readonly tty?: boolean;
}

export function addExec(program: Command, session: CliSession): void {
  const command = program
    .command('exec')
    .summary('run a program in an instance of a funko')
    .description(
      'Runs a program in an instance that runs, with the input and output of this command, and exits as it does. It ends when this ' +
        'command does. It gets a terminal where stdin and stdout are one.',
    )
    .argument('<funko>', 'a name, or a folder as in ./demo')
    .argument('<command...>', 'after "--": a program and its arguments')
    .option('-t, --tty', 'fail unless it can have a terminal')
    .option('-T, --no-tty', 'give it no terminal')
    .option(
      '--instance <instance>',
      'in this one, e.g. faaso-demo.2, or 2; a worker by its name (default: one that is ready)',
    )
    .action(async (word: string, words: string[], options: ExecOptions) => {
      if (!isSetOff(program))
        throw new FaasoError('usage', `put "--" before the program: faaso exec ${word} -- …`);
      await exec(word, words, options, session);
    });
  withLocal(command);
  withExamples(
    command,
    'faaso exec demo -- sh',
    'faaso exec demo -- ls -la /funko',
    'faaso exec demo --instance 2 -- tar -x -C /tmp < files.tar',
  );
}

/** Else an option of the program's, such as "-l", would be taken for one of ours. */
function isSetOff(program: Command): boolean {
  return (program as Command & { readonly rawArgs: readonly string[] }).rawArgs.includes('--');
}

async function exec(
  word: string,
  command: readonly string[],
  { instance, tty, local }: ExecOptions,
  session: CliSession,
): Promise<void> {
  const { stdin, stdout } = session;
  const isTerminal = stdin.isTTY && stdout.isTTY;
  if (tty === true && !isTerminal)
    throw new FaasoError('usage', '--tty needs a terminal on stdin and stdout; leave it out');
  const { funkos } = await connect(session, { local });
  const name = await nameOf(word, session.folder);
  const terminal = isTerminal && tty !== false ? new RawTerminal(session) : undefined;
  const request = {
    name,
    command,
    ...(instance === undefined ? {} : { instance }),
    ...(terminal ? { terminal: sizeOf(stdout) } : {}),
  };
  const streams = {
    stdin: stdin as AsyncIterable<Uint8Array>,
    onOutput: async (stream: 'stdout' | 'stderr', bytes: Uint8Array) => written(session[stream], bytes),
    ...(terminal ? { sizes: terminal.sizes } : {}),
  };
  try {
    const { exitCode } = await funkos.exec(request, streams, session.signal);
    if (exitCode !== 0) throw new Reported(exitCode);
  } finally {
    terminal?.release();
    // Nobody waits for more input: without this the process would.
    stdin.destroy();
  }
}

/** Resolves when it was taken. Throws OutputLost when nobody takes it: then the program is told to hang up. */
async function written(stream: NodeJS.WriteStream, bytes: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  stream.write(bytes, (error) => (error ? reject(new OutputLost(error)) : resolve(undefined)));
  await promise;
}
