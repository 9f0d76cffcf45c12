/** Which containers FaaSO started itself, and so may stop and remove. Pure. */
import type { ContainerRow } from '../docker/containers.ts';
import { LABEL, instanceNumber, parseVersion, previewStem } from '../funko/naming.ts';

/**
 * The instances of a funko that FaaSO started, by number: they carry its label and are named `faaso-NAME.N`. A container
 * that has only one of the two was made by hand, and is never touched.
 */
export function ownInstances(funko: string, rows: readonly ContainerRow[]): ContainerRow[] {
  const own = rows.filter((row) => isOwn(funko, row));
  return own.sort((a, b) => numberOf(funko, a) - numberOf(funko, b));
}

/** The previews of a funko that FaaSO started, of one version or of all. */
export function ownPreviews(funko: string, rows: readonly ContainerRow[], version?: number): ContainerRow[] {
  return rows.filter(({ name, labels }) => {
    const number = parseVersion(labels[LABEL.version] ?? '');
    if (number === undefined || (version !== undefined && number !== version)) return false;
    return labels[LABEL.funko] === funko && instanceNumber(previewStem(funko, number), name) !== undefined;
  });
}

/** Whether FaaSO started this container for the funko. */
export function isOwn(funko: string, { name, labels }: Pick<ContainerRow, 'name' | 'labels'>): boolean {
  return labels[LABEL.funko] === funko && instanceNumber(funko, name) !== undefined;
}

/** The number of the next instance: above every one in use, also by a container made by hand. */
export function nextInstanceNumber(funko: string, rows: readonly ContainerRow[]): number {
  return 1 + Math.max(0, ...rows.map((row) => numberOf(funko, row)));
}

function numberOf(funko: string, { name }: ContainerRow): number {
  return instanceNumber(funko, name) ?? 0;
}
