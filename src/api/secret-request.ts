/** A funko's secrets, as a person can change them. Their values go in, and never come out again. */

export interface SecretApi {
  /**
   * Sets a secret, whether there is one of that name or not. Running instances see the old value or the new one, never half
   * of it; when this resolves it is on the disk. The funko need not be built yet.
   * Throws `bad_name`, `bad_request` for a key or a value that is not allowed, `too_large`, `cancelled`.
   */
  set(request: SetSecretRequest, signal?: AbortSignal): Promise<SetSecretResult>;
  /** The names of a funko's secrets. Throws `unknown_funko`, `bad_name`. */
  list(name: string, signal?: AbortSignal): Promise<SecretList>;
  /** Removes a secret, from running instances too. Throws `not_found`, `bad_name`, `bad_request`, `cancelled`. */
  remove(request: SecretRequest, signal?: AbortSignal): Promise<SecretResult>;
}

export interface SecretRequest {
  /** The funko. */
  readonly name: string;
  readonly key: string;
}

export interface SetSecretRequest extends SecretRequest {
  /** Any bytes, at least one and at most 512 KiB. */
  readonly value: Uint8Array;
}

export interface SecretResult {
  readonly funko: string;
  readonly key: string;
}

export interface SetSecretResult extends SecretResult {
  /** Whether there was one of that name. */
  readonly replaced: boolean;
}

export interface SecretList {
  readonly funko: string;
  /** The keys that are set, sorted. */
  readonly secrets: readonly string[];
  /** Those that the newest version asks for and that are not set: without them it does not start. */
  readonly missing: readonly string[];
}
