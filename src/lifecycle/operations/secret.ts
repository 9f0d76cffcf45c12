/** A funko's secrets: files in a volume of its own, the one place where their values are. */
import type { Engine } from '../../docker/engine/engine.ts';
import { listImages } from '../../docker/images.ts';
import type { VolumeFolder } from '../../docker/helper-container/volume-files.ts';
import { inVolume } from '../../docker/helper-container/helper-container.ts';
import { ensureVolume, hasVolume, listUnusedVolumes, removeVolume } from '../../docker/volumes.ts';
import { FaasoError } from '../../errors.ts';
import type { Manifest } from '../../funko/manifest/manifest.ts';
import {
  MOST_SECRET_BYTES,
  SECRET_PATTERN,
  SECRET_RULE,
  funkoOfSecrets,
  helperName,
  secretsVolume,
} from '../../funko/naming/secret-names.ts';
import { checkName } from '../state/check-name.ts';
import { show } from './list.ts';
import { manifestOf } from '../state/manifest-of.ts';
import type {
  SecretList,
  SecretRequest,
  SecretResult,
  SetSecretRequest,
  SetSecretResult,
} from '../../api/secret-request.ts';
import type { OperationContext } from '../context.ts';
import { versionsOf, type Version } from '../state/version-list.ts';
import { LABEL } from '../../funko/naming/labels.ts';
import { formatVersion } from '../../funko/naming/version.ts';

/** Throws `bad_name`, `bad_request`, `too_large`, `conflict`, `engine_*`. */
export async function setSecret(
  { engine, network }: OperationContext,
  { name, key, value }: SetSecretRequest,
): Promise<SetSecretResult> {
  const funko = checkName(name);
  checkKey(key);
  checkValue(key, value);
  const labels = { [LABEL.funko]: funko, [LABEL.network]: network };
  await ensureVolume(engine, { name: secretsVolume(funko), labels });
  const replaced = await inSecrets(engine, funko, async (folder) => {
    const before = await folder.names();
    await folder.put(key, value);
    return before.includes(key);
  });
  return { funko, key, replaced };
}

/** Throws `bad_name`, `unknown_funko`, `conflict`, `engine_*`. */
export async function listSecrets(
  context: OperationContext,
  name: string,
  signal?: AbortSignal,
): Promise<SecretList> {
  const funko = checkName(name);
  const secrets = await keysOf(context, funko, signal);
  const images = await listImages(context.engine, { label: LABEL.funko }, signal);
  const [newest] = versionsOf(funko, images);
  // An unmanaged funko has no secrets, but is known.
  if (secrets === undefined && !newest) await show(context, funko, signal);
  const wanted = newest ? toBeSet(manifestOf(newest)) : [];
  const set = secrets ?? [];
  return { funko, secrets: set, missing: wanted.filter((key) => !set.includes(key)) };
}

/** Throws `bad_name`, `bad_request`, `not_found`, `conflict`, `engine_*`. */
export async function removeSecret(
  context: OperationContext,
  { name, key }: SecretRequest,
): Promise<SecretResult> {
  const { engine } = context;
  const funko = checkName(name);
  checkKey(key);
  const volume = secretsVolume(funko);
  if (!(await hasVolume(engine, volume))) throw noSecret(funko, key, []);
  const left = await inSecrets(engine, funko, async (folder) => {
    if (await folder.remove(key)) return folder.names();
    throw noSecret(funko, key, await folder.names());
  });
  if (left.length === 0) await removeVolume(engine, volume);
  return { funko, key };
}

/** Removes all secrets of a funko. Gives false if there was nothing of the kind. Throws `conflict`, `engine_*`. */
export async function removeAllSecrets({ engine }: OperationContext, funko: string): Promise<boolean> {
  const volume = secretsVolume(funko);
  if (!(await hasVolume(engine, volume))) return false;
  if (await removeVolume(engine, volume)) return true;
  // An unmanaged container has the volume: it stays, but empty.
  await inSecrets(engine, funko, async (folder) => {
    for (const key of await folder.names()) await folder.remove(key);
  });
  return true;
}

/** The funkos that have a volume for secrets, made here, which no container has: it may be empty. Throws `engine_*`. */
export async function withUnusedSecrets({ engine, network }: OperationContext): Promise<string[]> {
  const volumes = await listUnusedVolumes(engine, `${LABEL.network}=${network}`);
  return volumes.map(funkoOfSecrets).filter((funko) => funko !== undefined);
}

/**
 * Removes a funko's volume for secrets if it is empty: an operation was interrupted before the first secret was in it, or
 * after the last one had gone. Throws `conflict`, `engine_*`.
 */
export async function dropNoSecrets(context: OperationContext, funko: string): Promise<void> {
  const keys = await keysOf(context, funko);
  if (keys?.length === 0) await removeVolume(context.engine, secretsVolume(funko));
}

/** Throws `missing_secret` if a version asks for a secret that is not set. Throws `bad_manifest`, `conflict`, `engine_*`. */
export async function checkSecrets(
  context: OperationContext,
  funko: string,
  version: Version,
  signal?: AbortSignal,
): Promise<void> {
  const missing = await missingSecrets(context.engine, funko, toBeSet(manifestOf(version)), signal);
  if (missing.length === 0) return;
  const message =
    `${formatVersion(version.number)} of "${funko}" needs ${needs(missing)}, and nothing is set as such. ` +
    `Nothing was started. First: ${fixOf(funko, missing, context.host.publishes)}`;
  throw new FaasoError('missing_secret', message);
}

/** The secrets that a person has to set. */
function toBeSet({ secrets, generated_secrets: generated }: Manifest): string[] {
  return (secrets ?? []).filter((key) => !Object.hasOwn(generated ?? {}, key));
}

/** Which of these secrets are not set. Throws `conflict`, `engine_*`. */
export async function missingSecrets(
  engine: Engine,
  funko: string,
  wanted: readonly string[],
  signal?: AbortSignal,
): Promise<string[]> {
  if (wanted.length === 0) return [];
  const known = new Set(await keysOf({ engine }, funko, signal));
  return wanted.filter((key) => !known.has(key));
}

/** `the secrets a, b`, for messages. */
export function needs(missing: readonly string[]): string {
  return `the ${missing.length === 1 ? 'secret' : 'secrets'} ${missing.join(', ')}`;
}

/** The commands that set them. */
export function fixOf(funko: string, missing: readonly string[], isLocal: boolean): string {
  return missing.map((key) => `faaso secret set ${isLocal ? '-l ' : ''}${funko} ${key}`).join(' && ');
}

/** The keys that are set; undefined if there is no volume for them. */
async function keysOf(
  { engine }: Pick<OperationContext, 'engine'>,
  funko: string,
  signal?: AbortSignal,
): Promise<string[] | undefined> {
  if (!(await hasVolume(engine, secretsVolume(funko), signal))) return undefined;
  return inSecrets(engine, funko, async (folder) => folder.names());
}

async function inSecrets<T>(
  engine: Engine,
  funko: string,
  work: (folder: VolumeFolder) => Promise<T>,
): Promise<T> {
  return inVolume(engine, { name: helperName(funko), volume: secretsVolume(funko) }, work);
}

function noSecret(funko: string, key: string, known: readonly string[]): FaasoError {
  const there = known.length === 0 ? 'It has none.' : `There are: ${known.join(', ')}.`;
  return new FaasoError('not_found', `The funko "${funko}" has no secret "${key}". ${there}`);
}

function checkKey(key: string): void {
  if (SECRET_PATTERN.test(key)) return;
  throw new FaasoError(
    'bad_request',
    `${JSON.stringify(key)} is not a valid secret name. Allowed: ${SECRET_RULE}.`,
  );
}

/** The messages say nothing of the value but its length. */
function checkValue(key: string, { length }: Uint8Array): void {
  if (length === 0)
    throw new FaasoError('bad_request', `The value of ${key} is empty; it must have at least one byte.`);
  if (length <= MOST_SECRET_BYTES) return;
  const message = `The value of ${key} has ${length} bytes; at most ${MOST_SECRET_BYTES} are taken.`;
  throw new FaasoError('too_large', message);
}
