/** A runtime's contract.yml: what the contract suite asks of funkos of that runtime. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONTRACT_FILE } from '../builder/runtime/runtime-files.ts';
import { FaasoError, systemCodeOf } from '../errors.ts';
import { failOn } from '../funko/manifest/manifest.ts';
import { checkOf } from '../funko/manifest/manifest-errors.ts';
import { readYaml } from '../funko/manifest/yaml-source.ts';
import { CONTRACT_SCHEMA } from './contract-schema.ts';

/** What an answer must be. What is not said here is not looked at. */
export interface Expectation {
  /** 200 if absent; for `error` 500. */
  readonly status?: number;
  /** A part of each header's value; names in any case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The whole body. */
  readonly body?: string;
  /** A part of the body. */
  readonly contains?: string;
  /** The body as JSON, equal in depth. */
  readonly json?: unknown;
}

/** One request and what must come back. */
export interface ContractExchange {
  readonly name?: string;
  /** Method and path, e.g. `GET /?name=Ada`. */
  readonly request: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text as it is; anything else is sent as JSON. */
  readonly body?: unknown;
  readonly response?: Expectation;
}

/** A change of one file: the first `find` in it becomes `replace`. */
export interface ContractChange {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export interface Contract {
  /** Asked of the template as it is. */
  readonly requests: readonly ContractExchange[];
  /** Laid over the template for all that follows, e.g. a handler that can be slow and can fail. */
  readonly files: Readonly<Record<string, string | { readonly bytes?: number }>>;
  /** Takes about two seconds, or answers with at least 16 MiB. */
  readonly slow: ContractExchange;
  /** Makes the code fail. */
  readonly error: ContractExchange;
  /** A change of code; `cached` is a part of the name of the step that must not run again for it. */
  readonly edit: ContractChange & { readonly cached?: string; readonly then: ContractExchange };
  /** A change after which it can't build or start; `says` is a part of what the build or the log then says. */
  readonly broken?: ContractChange & { readonly says: string };
  /** A funko that shows more; `folder` is relative to contract.yml. */
  readonly example?: {
    readonly folder: string;
    readonly secrets?: Readonly<Record<string, string>>;
    readonly requests: readonly ContractExchange[];
  };
}

const problemsOf = checkOf(CONTRACT_SCHEMA);

/**
 * Reads a runtime's contract.
 * @param folder the runtime's folder
 * @throws FaasoError `bad_runtime` with file and line
 */
export async function readContract(folder: string): Promise<Contract> {
  const file = join(folder, CONTRACT_FILE);
  const source = readYaml(await textOf(file), file, 'bad_runtime');
  const value = structuredClone(source.value) ?? {};
  failOn(problemsOf(value), source, 'bad_runtime');
  const contract = value as Contract;
  if (contract.requests.length > 0) return contract;
  throw new FaasoError(
    'bad_runtime',
    `${source.positionOf(['requests'])}: there must be at least one request`,
  );
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    const what = systemCodeOf(error) === 'ENOENT' ? 'there is no such file' : "it can't be read";
    const fix = 'it says what to ask of a funko of this runtime; docs/runtimes.md shows how to write one';
    throw new FaasoError('bad_runtime', `${file}: ${what}; ${fix}`, { cause: error });
  });
}
