/** Environment variables that were set on a server, beside those of funko.yml: a label of each version's image. Pure. */
import { FaasoError } from '../../errors.ts';
import { LABEL } from './labels.ts';

/** Of variables, in funko.yml too. */
export const VARIABLE_PATTERN = /^[A-Za-z_][A-Za-z0-9_]*$/;
export const VARIABLE_RULE = 'letters, digits and "_", with no digit at the start';
/** All names and values of a funko together, in bytes of JSON: they are a label. */
export const MOST_OVERLAY_BYTES = 64 * 1024;

export type EnvOverlay = Readonly<Record<string, string>>;

/** What was set for the version of an image; empty for a label that is not FaaSO's. */
export function overlayOf(labels: Readonly<Record<string, string>>): EnvOverlay {
  try {
    const value: unknown = JSON.parse(labels[LABEL.env] ?? '{}');
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, text]) => typeof text === 'string'));
  } catch {
    return {};
  }
}

/** The label of the set variables. It is written even if nothing is set: the base image may have the label. */
export function overlayLabel(overlay: EnvOverlay): Record<string, string> {
  return { [LABEL.env]: JSON.stringify(overlay) };
}

/**
 * An overlay with other values.
 * Throws `bad_request` for an invalid name, a value with a NUL byte, and more than 64 KiB.
 */
export function changedOverlay(before: EnvOverlay, set: EnvOverlay, unset: readonly string[]): EnvOverlay {
  for (const [name, value] of Object.entries(set)) checkVariable(name, value);
  const all = Object.entries({ ...before, ...set }).filter(([name]) => !unset.includes(name));
  const overlay = Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
  const bytes = Buffer.byteLength(JSON.stringify(overlay));
  if (bytes <= MOST_OVERLAY_BYTES) return overlay;
  const most = `${MOST_OVERLAY_BYTES / 1024} KiB`;
  throw new FaasoError('bad_request', `The variables take ${bytes} bytes; ${most} are allowed.`);
}

function checkVariable(name: string, value: string): void {
  if (!VARIABLE_PATTERN.test(name)) {
    const message = `${JSON.stringify(name)} is not a valid variable name: it must be ${VARIABLE_RULE}.`;
    throw new FaasoError('bad_request', message);
  }
  if (value.includes('\0'))
    throw new FaasoError('bad_request', `The value of ${name} has a NUL byte, which no variable can have.`);
}
