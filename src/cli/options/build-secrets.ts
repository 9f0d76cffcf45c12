/** `--secret` of the commands that build: what steps of the Dockerfile may read and nothing keeps, in the syntax of `docker build`. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { BuildSecrets } from '../../docker/buildkit/build-request.ts';
import { FaasoError } from '../../errors.ts';
import { checkSecret, MOST_SECRET_BYTES } from '../../funko/naming/build.ts';
import type { Environment, CliSession } from '../session.ts';
import { reasonOf } from '../system-error.ts';

/** Where a secret's value comes from. */
export type SecretSource = { readonly id: string } & ({ readonly file: string } | { readonly env: string });

const FORM =
  'It must be id=NAME,src=FILE or id=NAME,env=VARIABLE, or id=NAME of a variable or a file of that name.';
const KEYS = new Set(['id', 'src', 'source', 'env', 'type']);

/** Adds `--secret`. */
export function withBuildSecrets(command: Command, { environment }: CliSession): Command {
  return command.option(
    '--secret <id=…>',
    'let steps that mount it read a secret that no image keeps: id=NAME,src=FILE or id=NAME,env=VARIABLE (repeatable)',
    secretArgument(environment),
  );
}

function secretArgument(environment: Environment) {
  return (word: string, before: readonly SecretSource[] | undefined): readonly SecretSource[] => [
    ...(before ?? []),
    sourceOf(word, environment),
  ];
}

/** Reads the values. Throws `usage` for what is not there, cannot be read or is too large. */
export async function readSecrets(
  sources: readonly SecretSource[] | undefined,
  { environment, folder }: Pick<CliSession, 'environment' | 'folder'>,
): Promise<{ secrets?: BuildSecrets }> {
  if (!sources) return {};
  const entries = sources.map(
    async (source) => [source.id, await valueOf(source, environment, folder)] as const,
  );
  return { secrets: Object.fromEntries(await Promise.all(entries)) };
}

/** As docker has it: an ID alone is that of a variable, or else of a file. */
function sourceOf(word: string, environment: Environment): SecretSource {
  const fields = fieldsOf(word);
  const { id = '', type, env } = fields;
  const src = fields['src'] ?? fields['source'];
  if (id === '' || (src !== undefined && env !== undefined)) throw new InvalidArgumentError(FORM);
  if (type !== undefined && type !== 'file' && type !== 'env')
    throw new InvalidArgumentError('The type of a secret is "file" or "env".');
  checkSecret(id, 0, 'usage');
  const isEnv =
    env !== undefined ||
    type === 'env' ||
    (src === undefined && type === undefined && environment[id] !== undefined);
  return isEnv ? { id, env: env ?? src ?? id } : { id, file: src ?? id };
}

/** Comma-separated fields; one in double quotes may have commas. */
function fieldsOf(word: string): Readonly<Record<string, string>> {
  const parts = word.match(/"(?:[^"]|"")*"|[^,]+/g) ?? [];
  const plain = parts.map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part));
  return Object.fromEntries(
    plain.map((field) => {
      const [, key = '', value = ''] = /^([a-z]+)=(.+)$/s.exec(field) ?? [];
      if (!KEYS.has(key)) throw new InvalidArgumentError(FORM);
      return [key, value];
    }),
  );
}

async function valueOf(source: SecretSource, environment: Environment, folder: string): Promise<Buffer> {
  const { id } = source;
  if ('env' in source) {
    const text = environment[source.env];
    if (text === undefined)
      throw new FaasoError(
        'usage',
        `--secret ${id}: the environment has no ${source.env}; set it, or name a file with src=`,
      );
    const value = Buffer.from(text);
    checkSecret(id, value.length, 'usage');
    return value;
  }
  const file = resolve(folder, source.file);
  const value = await readAtMost(file, MOST_SECRET_BYTES + 1).catch((error: unknown) => {
    throw new FaasoError('usage', `--secret ${id}: ${file} can't be read: ${reasonOf(error)}`, {
      cause: error,
    });
  });
  checkSecret(id, value.length, 'usage');
  return value;
}

/** A pipe, as a shell makes it of `<(…)`, is read too. */
async function readAtMost(file: string, most: number): Promise<Buffer> {
  await using handle = await open(file, constants.O_RDONLY);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= most) break;
  }
  return Buffer.concat(chunks);
}
