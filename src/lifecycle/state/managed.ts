/** Which containers FaaSO started itself, and so may stop and remove. Pure. */
import type { ContainerRow } from '../../docker/containers.ts';
import { workerNumber } from '../../funko/naming/process.ts';
import { parseVersion } from '../../funko/naming/version.ts';
import { LABEL } from '../../funko/naming/labels.ts';
import { previewStem, instanceNumber } from '../../funko/naming/container-names.ts';

/**
 * The instances of a funko that FaaSO started, by number: they carry its label and are named `faaso-NAME.N`. A container
 * that has only one of the two is unmanaged, and is never touched.
 */
export function managedInstances(funko: string, rows: readonly ContainerRow[]): ContainerRow[] {
  const own = rows.filter((row) => isManaged(funko, row));
  return own.sort((a, b) => numberOf(funko, a) - numberOf(funko, b));
}

/** The containers of a funko's workers that FaaSO started, by number. */
export function managedWorkers(funko: string, rows: readonly ContainerRow[]): ContainerRow[] {
  const numberIn = ({ name, labels }: ContainerRow): number | undefined => workerNumber(funko, name, labels);
  const own = rows.filter((row) => numberIn(row) !== undefined);
  return own.sort((a, b) => (numberIn(a) ?? 0) - (numberIn(b) ?? 0));
}

/** Whether a container is a worker's, which gets no requests. */
export function isWorker({ name, labels }: Pick<ContainerRow, 'name' | 'labels'>): boolean {
  return workerNumber(labels[LABEL.funko] ?? '', name, labels) !== undefined;
}

/** All that is in service of a funko, or is meant to be. */
export interface Present {
  /** By number. */
  readonly instances: readonly ContainerRow[];
  /** By number. */
  readonly workers: readonly ContainerRow[];
}

/** What FaaSO started of a funko, but for previews. */
export function presentOf(funko: string, rows: readonly ContainerRow[]): Present {
  return { instances: managedInstances(funko, rows), workers: managedWorkers(funko, rows) };
}

/** What of it is of one version's image. */
export function ofImage(imageId: string, { instances, workers }: Present): Present {
  const isOf = (row: ContainerRow): boolean => row.imageId === imageId;
  return { instances: instances.filter(isOf), workers: workers.filter(isOf) };
}

/** The previews of a funko that FaaSO started, of one version or of all. */
export function managedPreviews(
  funko: string,
  rows: readonly ContainerRow[],
  version?: number,
): ContainerRow[] {
  return rows.filter((row) => {
    const number = versionOfPreview(funko, row);
    return number !== undefined && (version === undefined || number === version);
  });
}

/** Which version of the funko FaaSO shows with this container; undefined if it is no preview. */
function versionOfPreview(
  funko: string,
  { name, labels }: Pick<ContainerRow, 'name' | 'labels'>,
): number | undefined {
  const number = parseVersion(labels[LABEL.version] ?? '');
  if (number === undefined || labels[LABEL.funko] !== funko) return undefined;
  return instanceNumber(previewStem(funko, number), name) === undefined ? undefined : number;
}

/** Whether FaaSO started this container for the funko. */
export function isManaged(funko: string, { name, labels }: Pick<ContainerRow, 'name' | 'labels'>): boolean {
  return labels[LABEL.funko] === funko && instanceNumber(funko, name) !== undefined;
}

/** The funko that FaaSO started this container for, as an instance, a worker or a preview; undefined if it is unmanaged. */
export function ownerOf(row: Pick<ContainerRow, 'name' | 'labels'>): string | undefined {
  const funko = row.labels[LABEL.funko] ?? '';
  return isManaged(funko, row) || isWorker(row) || versionOfPreview(funko, row) !== undefined
    ? funko
    : undefined;
}

/** The number of the next instance: above every one in use, also by an unmanaged container. */
export function nextInstanceNumber(funko: string, rows: readonly ContainerRow[]): number {
  return 1 + Math.max(0, ...rows.map((row) => numberOf(funko, row)));
}

/** The number of the next container of a worker: above every one in use. */
export function nextWorkerNumber(funko: string, worker: string, rows: readonly ContainerRow[]): number {
  const label = { [LABEL.funko]: funko, [LABEL.worker]: worker };
  return 1 + Math.max(0, ...rows.map(({ name }) => workerNumber(funko, name, label) ?? 0));
}

function numberOf(funko: string, { name }: ContainerRow): number {
  return instanceNumber(funko, name) ?? 0;
}
