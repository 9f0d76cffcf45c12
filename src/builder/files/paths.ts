/** Rules for the names inside a build context, the same for what is packed and for what is received. Pure. */

/** The longest name that is taken, in bytes: Linux's own limit for a path. */
const MAX_NAME_BYTES = 4096;

/**
 * The name of a tar entry without `./` and a slash at its end; empty for the root folder itself.
 * @returns why the name is refused, if it is
 */
export function cleanName(raw: string): { name: string } | { refused: string } {
  if (raw === '') return { refused: 'its name is empty' };
  if (raw.includes('\0')) return { refused: 'its name holds a NUL' };
  if (raw.startsWith('/')) return { refused: 'its name is absolute' };
  if (Buffer.byteLength(raw) > MAX_NAME_BYTES)
    return { refused: `its name is longer than ${MAX_NAME_BYTES} bytes` };
  const steps = raw.split('/').filter((step) => step !== '' && step !== '.');
  if (steps.includes('..')) return { refused: 'its name climbs with ".."' };
  return { name: steps.join('/') };
}

/**
 * Why a symbolic link may not be part of a build context, undefined if it may. Where it points does not matter: nobody
 * follows it before the engine has it in a file system of its own, as with `docker build`.
 */
export function whyBadTarget(target: string): string | undefined {
  if (target === '') return 'it points nowhere';
  if (target.includes('\0')) return 'its target holds a NUL';
  if (Buffer.byteLength(target) >= MAX_NAME_BYTES)
    return `its target is longer than ${MAX_NAME_BYTES - 1} bytes`;
  return undefined;
}
