/** The conventions about what a build is given beside its context. Pure. */
import { FaasoError, shown } from '../../errors.ts';

/** The name of a stage of a Dockerfile. */
export const STAGE_PATTERN = '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$';
/** The largest build secret, in bytes: as many as BuildKit takes. */
export const MOST_SECRET_BYTES = 500 * 1024;
const SECRET_ID = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** Checks the ID and the size of a build secret. Throws FaasoError of that code, which never tells the value. */
export function checkSecret(id: string, bytes: number, code: 'usage' | 'bad_request'): void {
  if (!SECRET_ID.test(id)) {
    const allowed =
      'it must have 1 to 128 letters, digits, "_", "." and "-", and begin with a letter, a digit or "_"';
    throw new FaasoError(code, `The secret ID ${shown(id)} is not allowed; ${allowed}.`);
  }
  if (bytes <= MOST_SECRET_BYTES) return;
  throw new FaasoError(
    code,
    `The secret ${id} has ${bytes} bytes; a build secret can have ${MOST_SECRET_BYTES}.`,
  );
}
