/** Secrets without an engine, in memory. */
import { FaasoError } from '../../../src/errors.ts';
import type {
  SecretList,
  SecretRequest,
  SecretResult,
  SecretApi,
  SetSecretRequest,
  SetSecretResult,
} from '../../../src/api/secret-request.ts';

export class FakeSecrets implements SecretApi {
  /** `FUNKO/KEY` → its value. */
  readonly known = new Map<string, Buffer>();
  /** What the newest version asks for. */
  wanted: readonly string[] = [];

  set({ name, key, value }: SetSecretRequest): Promise<SetSecretResult> {
    const replaced = this.known.has(`${name}/${key}`);
    this.known.set(`${name}/${key}`, Buffer.from(value));
    return Promise.resolve({ funko: name, key, replaced });
  }

  list(name: string): Promise<SecretList> {
    const own = [...this.known.keys()].filter((path) => path.startsWith(`${name}/`));
    const secrets = own.map((path) => path.slice(name.length + 1)).sort();
    const missing = this.wanted.filter((key) => !secrets.includes(key));
    return Promise.resolve({ funko: name, secrets, missing });
  }

  remove({ name, key }: SecretRequest): Promise<SecretResult> {
    if (this.known.delete(`${name}/${key}`)) return Promise.resolve({ funko: name, key });
    return Promise.reject(new FaasoError('not_found', `The funko "${name}" has no secret "${key}".`));
  }
}
