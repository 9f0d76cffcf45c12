/** A program that says on stderr what it is, and on stdout what it reads. */
import type { ExecRequest, ExecResult, ExecStreams } from '../../../src/api/funko-api.ts';

/** What ends a terminal's input: Ctrl-D. */
const END_OF_INPUT = 4;

/** Its last word is its status; with the word `forever` it goes on, with `flood-stdout` or `flood-stderr` writing. */
export async function fakeExec(
  { name, command, terminal }: ExecRequest,
  { stdin, onOutput }: ExecStreams,
  forever: () => Promise<never>,
): Promise<ExecResult> {
  const size = terminal ? ` on ${terminal.columns}x${terminal.rows}` : '';
  await onOutput('stderr', Buffer.from(`runs ${command.join(' ')}${size}\n`));
  if (command.includes('forever')) await forever();
  for (const stream of ['stdout', 'stderr'] as const)
    if (command.includes(`flood-${stream}`)) await flood(stream, onOutput, forever);
  for await (const chunk of stdin) {
    await onOutput('stdout', chunk);
    if (terminal && chunk.includes(END_OF_INPUT)) break;
  }
  return { funko: name, instance: `faaso-${name}.1`, exitCode: Number(command.at(-1) ?? 0) || 0 };
}

async function flood(
  stream: 'stdout' | 'stderr',
  onOutput: ExecStreams['onOutput'],
  forever: () => Promise<never>,
): Promise<never> {
  const timer = setInterval(() => void onOutput(stream, Buffer.alloc(4096, 'y\n')), 1);
  return forever().finally(() => clearInterval(timer));
}
