/** Secrets on an engine, kept from interleaving with all other work on the same funko. */
import type {
  SecretList,
  SecretRequest,
  SecretResult,
  SecretApi,
  SetSecretRequest,
  SetSecretResult,
} from '../api/secret-request.ts';
import { listSecrets, removeSecret, setSecret } from './operations/secret.ts';
import type { KeyedLock } from '../util/keyed-lock.ts';
import type { OperationContext } from './context.ts';

export class EngineSecrets implements SecretApi {
  readonly #context: OperationContext;
  readonly #funkos: KeyedLock;

  /** @param funkos one thing at a time for each funko */
  constructor(context: OperationContext, funkos: KeyedLock) {
    this.#context = context;
    this.#funkos = funkos;
  }

  async set(request: SetSecretRequest, signal?: AbortSignal): Promise<SetSecretResult> {
    return this.#funkos.run(request.name, async () => setSecret(this.#context, request), signal);
  }

  async list(name: string, signal?: AbortSignal): Promise<SecretList> {
    return listSecrets(this.#context, name, signal);
  }

  async remove(request: SecretRequest, signal?: AbortSignal): Promise<SecretResult> {
    return this.#funkos.run(request.name, async () => removeSecret(this.#context, request), signal);
  }
}
