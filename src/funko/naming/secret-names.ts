/**
 * The conventions about secrets, a part of naming.ts: what one may be called, how large it may be, where it is. Pure: no I/O,
 * no state.
 */
import { PREFIX } from './names.ts';
import { volumeName } from './container-names.ts';

/** The names of secrets; each is a file. */
export const SECRET_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;
export const SECRET_RULE =
  '1 to 64 characters: letters, digits, "_", "-" and ".", with no "-" or "." at the start';
/** The largest value of a secret, in bytes. */
export const MOST_SECRET_BYTES = 512 * 1024;
/** Where a funko's containers have its secrets. */
export const SECRETS_FOLDER = '/run/secrets';
/** The image of the container that writes into volumes. No funko's image or container has a dot at that place. */
export const HELPER_IMAGE = 'faaso.helper';

/** The Docker volume that holds a funko's secrets: `faaso-hello.secrets`. No volume of funko.yml can be called so. */
export function secretsVolume(funko: string): string {
  return volumeName(funko, 'secrets');
}

/** The funko whose secrets a volume holds; undefined for any other volume. */
export function funkoOfSecrets(volume: string): string | undefined {
  const funko = volume.slice(PREFIX.length, volume.lastIndexOf('.'));
  return volume === secretsVolume(funko) ? funko : undefined;
}

/** The container that writes a funko's secrets, while it does: `faaso.helper-hello`. By its name it is no funko's. */
export function helperName(funko: string): string {
  return `${HELPER_IMAGE}-${funko}`;
}
