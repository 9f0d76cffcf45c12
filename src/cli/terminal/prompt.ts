/** Questions to the person at the terminal, asked on stderr so that stdout stays the result's. */
import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Interrupted } from '../exit.ts';
import { terminalText } from '../output/terminal-text.ts';
import type { CliSession } from '../session.ts';

/** Whether there is a person to ask. */
export function canAsk({ stdin, stderr }: CliSession): boolean {
  return stdin.isTTY && stderr.isTTY;
}

/** A question that a text answers; given without white space around it. */
export async function ask(question: string, session: CliSession): Promise<string> {
  const asked = createInterface({ input: session.stdin, output: session.stderr });
  return (await answerOf(asked, terminalText(question, false), session.signal)).trim();
}

/** A question with yes or no; anything but `y` or `yes` is no. What is usual is also the answer of a bare Enter. */
export async function confirm(
  question: string,
  session: CliSession,
  { usual = false }: { readonly usual?: boolean } = {},
): Promise<boolean> {
  const answer = await ask(`${question} ${usual ? '[Y/n]' : '[y/N]'} `, session);
  return (usual && answer === '') || /^(y|yes)$/i.test(answer);
}

/** Asks for something secret: what is typed is not shown, and given as it was typed. */
export async function askHidden(question: string, session: CliSession): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const asked = createInterface({ input: session.stdin, output: nowhere, terminal: true });
  session.stderr.write(terminalText(question, false));
  try {
    return await answerOf(asked, '', session.signal);
  } finally {
    session.stderr.write('\n');
  }
}

/** The terminal is in raw mode here: Ctrl-C comes as a key, not as a signal, and closes, as Ctrl-D does. Both cancel. */
async function answerOf(asked: Interface, question: string, signal: AbortSignal): Promise<string> {
  const { promise, reject } = Promise.withResolvers<never>();
  asked.once('close', () => reject(new Interrupted('SIGINT')));
  try {
    return await Promise.race([asked.question(question, { signal }), promise]);
  } finally {
    asked.close();
  }
}
