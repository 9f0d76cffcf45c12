/** `faaso invoke FUNKO [PATH]`: one request to a funko, its answer's body on stdout. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { FaasoError, messageOf, systemCodeOf } from '../../errors.ts';
import { FAILURE, Reported } from '../exit.ts';
import { connect } from '../connect/connect.ts';
import { answerHead, requestHead } from '../output/http-head.ts';
import { Output } from '../output/output.ts';
import { funkoUrl } from '../connect/server-url.ts';
import type { CliSession } from '../session.ts';
import { serverOf } from '../settings.ts';
import { nameOf } from '../folders/funko-targets.ts';
import { bodyOf, type BodyOptions } from '../options/invoke-body.ts';
import { withExamples, withLocal, withQuiet, type LocalOption } from '../options/shared-options.ts';

interface InvokeOptions extends LocalOption, BodyOptions {
  readonly quiet?: boolean;
  readonly include?: boolean;
  readonly verbose?: boolean;
  readonly request?: string;
  readonly header?: readonly (readonly [string, string])[];
}

export function addInvoke(program: Command, session: CliSession): void {
  const command = program
    .command('invoke')
    .summary('send a request to a funko')
    .description(
      'Sends one request and prints the body of the answer. The exit status is 1 if the answer’s status is 400 or above.',
    )
    .argument('<funko>', 'a name, or a folder as in ./demo')
    .argument('[path]', 'what comes after /funko/NAME/, with its query', '/')
    .option('-X, --request <method>', 'the method (default: GET, or POST with --data)', methodArgument)
    .option(
      '-d, --data <data>',
      'the body; "@FILE" takes it from a file, "@-" or "-" from stdin; several are joined by "&"',
      dataArgument,
    )
    .option('--json [data]', 'the body, as --data, and JSON is asked for (Content-Type and Accept)')
    .option('-H, --header <header>', 'a header, as "Name: value"; may come several times', headerArgument)
    .option('-i, --include', 'print the status line and the headers of the answer before its body')
    .option('-v, --verbose', 'show the heads of the request and of the answer on stderr')
    .action((word: string, path: string, options: InvokeOptions) => invoke(word, path, options, session));
  withQuiet(withLocal(command));
  withExamples(
    command,
    'faaso invoke demo',
    "faaso invoke demo '/users?name=Ada'",
    `faaso invoke demo /users -d '{"name": "Ada"}'`,
    'faaso invoke demo /users -d @user.json -X PUT -i',
    `faaso invoke demo /users --json '{"name": "Ada"}'`,
  );
}

async function invoke(
  word: string,
  path: string,
  options: InvokeOptions,
  session: CliSession,
): Promise<void> {
  const output = new Output(session, options);
  const name = await nameOf(word, session.folder);
  const base = await urlOf(name, options, session);
  const answer = await answerOf(base, path, options, session, output);
  if (options.include === true) await output.text(`${answerHead(answer).join('\r\n')}\r\n\r\n`);
  await printBody(answer, output, session);
  if ((answer.statusCode ?? 0) < 400) return;
  output.error(`${name} answered with status ${answer.statusCode}`);
  throw new Reported(FAILURE);
}

/** A terminal gets text that does not steer it, a file or a program the bytes. */
async function printBody(answer: IncomingMessage, output: Output, session: CliSession): Promise<void> {
  const { stdout, signal } = session;
  if (!output.isTerminal) {
    await pipeline(answer, stdout, { end: false, signal });
    return;
  }
  const decoder = new TextDecoder();
  for await (const chunk of addAbortSignal(signal, answer) as AsyncIterable<Buffer>)
    await output.text(decoder.decode(chunk, { stream: true }));
}

/** Sends the request; the answer's body is still to be read. */
async function answerOf(
  base: string,
  path: string,
  options: InvokeOptions,
  session: CliSession,
  output: Output,
): Promise<IncomingMessage> {
  const { httpRequest } = await import('../../client/http-request.ts');
  const { signal } = session;
  const { body, headers } = await bodyOf(options, session);
  // As `curl -v` does it.
  const show = (mark: '<' | '>', head: readonly string[]): void => {
    if (options.verbose === true)
      for (const line of [...head, '']) output.always(`${mark} ${line}`.trimEnd());
  };
  const request = {
    method: options.request ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...headers, ...headersOf(options.header ?? []) },
    body,
    signal,
    onStart: (sent: ClientRequest) => show('>', requestHead(sent)),
  };
  const answer = await httpRequest(base + path.replace(/^\/+/, ''), request).catch((error: unknown) => {
    signal.throwIfAborted();
    throw unanswered(base, error);
  });
  show('<', answerHead(answer));
  return answer;
}

/** What Node.js refuses was never sent. */
function unanswered(base: string, cause: unknown): FaasoError {
  if (/^ERR_(INVALID|HTTP)_/.test(systemCodeOf(cause) ?? ''))
    return new FaasoError('usage', `such a request can't be sent: ${messageOf(cause)}`, { cause });
  return new FaasoError('server_unreachable', `${base} did not answer: ${messageOf(cause)}`, { cause });
}

/** By name, in lower case: one that comes twice has both its values. */
function headersOf(given: readonly (readonly [string, string])[]): Record<string, string | string[]> {
  const all = Map.groupBy(given, ([name]) => name.toLowerCase());
  return Object.fromEntries(
    [...all].map(([name, same]) => {
      const [value = '', ...more] = same.map((one) => one[1]);
      return [name, more.length === 0 ? value : [value, ...more]];
    }),
  );
}

/** Where the funko answers, with a slash at the end. On a server that needs no token. */
async function urlOf(name: string, options: InvokeOptions, session: CliSession): Promise<string> {
  if (options.local !== true) return funkoUrl(serverOf(session.environment), name);
  const { funkos, remote } = await connect(session, options);
  const { url, instances } = await funkos.show(name, session.signal);
  if (url !== null && remote === null) return url;
  if (url !== null && remote !== null)
    throw new FaasoError('usage', `"${name}" answers at ${url}, and ${remote.reach(url)}`);
  const why = instances.some(({ state }) => state === 'ready')
    ? `"${name}" runs, but publishes no port on this machine. Ask the server: faaso invoke ${name}`
    : `No instance of "${name}" takes requests. Start it with: faaso up -l ${name}`;
  throw new FaasoError('no_instance', why);
}

function methodArgument(text: string): string {
  if (/^[A-Za-z]{1,20}$/.test(text)) return text.toUpperCase();
  throw new InvalidArgumentError('It must be a method such as GET, POST or DELETE.');
}

function dataArgument(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function headerArgument(
  text: string,
  before: readonly (readonly [string, string])[] = [],
): (readonly [string, string])[] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It must be "Name: value".');
  return [...before, [name, value]];
}
