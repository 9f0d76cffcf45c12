/** `faaso invoke FUNKO [PATH]`: one request to a funko, its answer's body on stdout. */
import { pipeline } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import { InvalidArgumentError, type Command } from 'commander';
import { FaasoError, messageOf } from '../../errors.ts';
import { FAILURE, Reported } from '../exit.ts';
import { hostFor } from '../funkos-for.ts';
import { Output } from '../output/output.ts';
import type { Session } from '../session.ts';
import { nameOf } from '../targets.ts';
import { withExamples, withLocal, withQuiet, type LocalOption } from './options.ts';

interface InvokeOptions extends LocalOption {
  readonly quiet?: boolean;
  readonly request?: string;
  readonly data?: string;
  readonly header?: readonly (readonly [string, string])[];
}

export function addInvoke(program: Command, session: Session): void {
  const command = program
    .command('invoke')
    .summary('send a request to a funko')
    .description(
      'Sends one request and prints the body of the answer. The exit status is 1 if the answer’s status is 400 or above.',
    )
    .argument('<funko>', 'a name, or a folder as in ./demo')
    .argument('[path]', 'what comes after /funko/NAME/, with its query', '/')
    .option('-X, --request <method>', 'the method (default: GET, or POST with --data)', methodArgument)
    .option('-d, --data <data>', 'the body; "-" takes it from stdin')
    .option('-H, --header <header>', 'a header, as "Name: value"; may come several times', headerArgument)
    .action((word: string, path: string, options: InvokeOptions) => invoke(word, path, options, session));
  withQuiet(withLocal(command));
  withExamples(
    command,
    'faaso invoke demo',
    "faaso invoke demo '/users?name=Ada'",
    `faaso invoke demo /users -H 'Content-Type: application/json' -d '{"name": "Ada"}'`,
  );
}

async function invoke(word: string, path: string, options: InvokeOptions, session: Session): Promise<void> {
  const output = new Output(session, options);
  const name = await nameOf(word, session.folder);
  const base = await urlOf(name, options, session);
  const { httpRequest } = await import('../../lifecycle/http-request.ts');
  const body = options.data === '-' ? await buffer(session.stdin) : options.data;
  const method = options.request ?? (body === undefined ? 'GET' : 'POST');
  const { signal } = session;
  const answer = await httpRequest(base + path.replace(/^\/+/, ''), {
    ...{ method, body, signal },
    headers: headersOf(options.header ?? []),
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new FaasoError('server_unreachable', `${base} did not answer: ${messageOf(error)}`, {
      cause: error,
    });
  });
  await pipeline(answer, session.stdout, { end: false, signal });
  if ((answer.statusCode ?? 0) < 400) return;
  output.error(`${name} answered with status ${answer.statusCode}`);
  throw new Reported(FAILURE);
}

/** By name, in lower case: one that comes twice has both its values. */
function headersOf(given: readonly (readonly [string, string])[]): Record<string, string[]> {
  const all: Record<string, string[]> = {};
  for (const [name, value] of given) (all[name.toLowerCase()] ??= []).push(value);
  return all;
}

/** Where the funko answers, with a slash at the end. */
async function urlOf(name: string, options: InvokeOptions, session: Session): Promise<string> {
  const host = await hostFor(session, options);
  const published = host.server === null ? (await host.funkos.show(name, session.signal)).url : null;
  const url = host.urlOf(name, published);
  if (url !== null) return url;
  throw new FaasoError(
    'no_instance',
    `No instance of "${name}" takes requests. Start it with: faaso up -l ${name}`,
  );
}

function methodArgument(text: string): string {
  if (/^[A-Za-z]{1,20}$/.test(text)) return text.toUpperCase();
  throw new InvalidArgumentError('It must be a method such as GET, POST or DELETE.');
}

function headerArgument(
  text: string,
  before: readonly (readonly [string, string])[] = [],
): (readonly [string, string])[] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It must be "Name: value".');
  return [...before, [name, value]];
}
