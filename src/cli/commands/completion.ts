/** `faaso completion SHELL`: what makes a shell complete commands, options, funkos, runtimes and folders. */
import { Argument, type Command } from 'commander';
import { nextOf } from '../completion/complete.ts';
import { ASK, FOLDERS, SCRIPTS, SHELLS, type Shell } from '../completion/scripts.ts';
import type { CompletionWords } from '../completion/words.ts';
import { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import type { CliSession } from '../session.ts';
import { withExamples } from '../options/shared-options.ts';

export function addCompletion(program: Command, session: CliSession): void {
  const command = program
    .command('completion')
    .summary('complete words in bash, zsh or fish')
    .description(
      'Prints a script that makes a shell complete commands, options, names of funkos (of the server, or with --local of ' +
        'this engine), runtimes and folders.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action((shell: Shell) => void session.stdout.write(SCRIPTS[shell]));
  withExamples(
    command,
    'source <(faaso completion bash)',
    "echo 'source <(faaso completion bash)' >> ~/.bashrc",
    'faaso completion fish > ~/.config/fish/completions/faaso.fish',
  );
  program
    .command(ASK, { hidden: true })
    .argument('[words...]')
    .action((words: string[]) => answer(program, words, session));
}

async function answer(program: Command, words: readonly string[], session: CliSession): Promise<void> {
  const output = new Output(session);
  const next = nextOf(program, words);
  const { candidates, folders } =
    'kind' in next ? await found(next.kind, words, program, session) : { ...next, folders: false };
  const begun = words.at(-1) ?? '';
  for (const { word, help } of candidates)
    if (word.startsWith(begun)) output.result(`${word}\t${printable(help).replace(/\s+/g, ' ')}`);
  if (folders) output.result(FOLDERS);
}

async function found(
  kind: string,
  words: readonly string[],
  program: Command,
  session: CliSession,
): Promise<CompletionWords> {
  if (kind === 'command') {
    const commands = program.commands.filter((each) => each.name() !== ASK);
    return {
      candidates: commands.map((each) => ({ word: each.name(), help: each.summary() })),
      folders: false,
    };
  }
  const { wordsOf } = await import('../completion/words.ts');
  return wordsOf(
    kind,
    words.some((word) => ['-l', '--local', '-local'].includes(word)),
    session,
  );
}
