/** Secrets on an engine, kept from interleaving with all other work on the same funko. */
import type {
  SecretList,
  SecretRequest,
  SecretResult,
  Secrets,
  SetSecretRequest,
  SetSecretResult,
} from '../api/secret-request.ts';
import { listSecrets, removeSecret, setSecret } from './operations/secrets.ts';
import type { Serial } from '../util/keyed-lock.ts';
import type { Site } from './context.ts';

export class EngineSecrets implements Secrets {
  readonly #site: Site;
  readonly #funkos: Serial;

  /** @param funkos one thing at a time for each funko */
  constructor(site: Site, funkos: Serial) {
    this.#site = site;
    this.#funkos = funkos;
  }

  async set(request: SetSecretRequest, signal?: AbortSignal): Promise<SetSecretResult> {
    return this.#funkos.run(request.name, async () => setSecret(this.#site, request), signal);
  }

  async list(name: string, signal?: AbortSignal): Promise<SecretList> {
    return listSecrets(this.#site, name, signal);
  }

  async remove(request: SecretRequest, signal?: AbortSignal): Promise<SecretResult> {
    return this.#funkos.run(request.name, async () => removeSecret(this.#site, request), signal);
  }
}
