/** Secrets on a server, through its admin API. */
import type {
  SecretList,
  SecretRequest,
  SecretResult,
  SecretApi,
  SetSecretRequest,
  SetSecretResult,
} from '../api/secret-request.ts';
import { having, pathOf, type ServerCalls } from './server-calls.ts';

export class ServerSecrets implements SecretApi {
  readonly #calls: ServerCalls;

  constructor(calls: ServerCalls) {
    this.#calls = calls;
  }

  async set({ name, key, value }: SetSecretRequest, signal?: AbortSignal): Promise<SetSecretResult> {
    const call = {
      path: secretPath(name, key),
      body: value,
      contentType: 'application/octet-stream',
      signal,
    };
    return (await this.#calls.do({ method: 'PUT', ...call })) as SetSecretResult;
  }

  async list(name: string, signal?: AbortSignal): Promise<SecretList> {
    const call = { method: 'GET', path: `${pathOf(name)}/secrets`, signal } as const;
    return (await this.#calls.ask(call, having('secrets'))) as SecretList;
  }

  async remove({ name, key }: SecretRequest, signal?: AbortSignal): Promise<SecretResult> {
    return (await this.#calls.do({ method: 'DELETE', path: secretPath(name, key), signal })) as SecretResult;
  }
}

function secretPath(name: string, key: string): string {
  return `${pathOf(name)}/secrets/${encodeURIComponent(key)}`;
}
