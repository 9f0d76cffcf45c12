/** How a funko stands: its versions and its instances, as one picture. Pure. */
import type { ContainerRow } from '../../docker/containers.ts';
import type { Image } from '../../docker/images.ts';
import type { FunkoStatus, InstanceStatus, VersionStatus } from '../../api/funko-api.ts';
import { isManaged } from './managed.ts';
import { haltedObstacleOf, type Obstacle } from './reachability.ts';
import { splitOf } from './split-state.ts';
import type { RoutedInstance } from '../traffic.ts';
import { builtAt, builtFunkos, versionsOf, type Version } from './version-list.ts';
import { LABEL } from '../../funko/naming/labels.ts';
import { formatVersion } from '../../funko/naming/version.ts';

/** What the engine and the carrier of the traffic said at one moment. */
export interface Findings {
  readonly images: readonly Image[];
  readonly rows: readonly ContainerRow[];
  readonly carried: readonly RoutedInstance[];
}

/** The names of all funkos that have an instance or an image, sorted. */
export function allFunkos({ images, rows, carried }: Findings): string[] {
  const started = rows.flatMap((row) => (isStarted(row) ? [row.labels[LABEL.funko] ?? ''] : []));
  return [
    ...new Set([...carried.flatMap(({ funkos }) => funkos), ...started, ...builtFunkos(images)]),
  ].sort();
}

/** One funko's picture, without its URL. */
export function funkoStatusOf(name: string, findings: Findings): Omit<FunkoStatus, 'url'> {
  const versions = versionsOf(name, findings.images);
  const instances = instancesOf(name, findings);
  return {
    name,
    state: stateOf(instances),
    latest: versions[0] ? formatVersion(versions[0].number) : null,
    versions: versions.map(versionStatus),
    instances,
    split:
      splitOf(name, findings.images)?.map(({ version, weight }) => ({
        version: formatVersion(version),
        weight,
      })) ?? null,
  };
}

/** The best that any of the instances is: one that takes traffic makes a funko ready. */
export function stateOf(instances: readonly Pick<InstanceStatus, 'state'>[]): FunkoStatus['state'] {
  const states = new Set(instances.map(({ state }) => state));
  if (states.has('ready')) return 'ready';
  if (states.has('starting')) return 'starting';
  states.delete('stopped');
  return states.size > 0 ? 'unavailable' : 'down';
}

function versionStatus(version: Version): VersionStatus {
  const { number, image } = version;
  return { version: formatVersion(number), imageId: image.id, createdAt: builtAt(version), size: image.size };
}

/** The carrier's word counts; what FaaSO started and the carrier does not know (yet) is told from the list. */
function instancesOf(name: string, { rows, carried }: Findings): InstanceStatus[] {
  const known = carried.filter(({ funkos }) => funkos.includes(name));
  const ids = new Set(known.map(({ id }) => id));
  const others = rows.filter((row) => isManaged(name, row) && !ids.has(row.id));
  const all = [...known.map(withoutFunkos), ...others.map(fromRow)];
  return all.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function withoutFunkos({ funkos: _funkos, ...status }: RoutedInstance): InstanceStatus {
  return status;
}

const UNSEEN: Obstacle = { state: 'starting', reason: 'the proxy has not seen it yet', fix: null };

function fromRow(row: ContainerRow): InstanceStatus {
  const { state, reason, fix } = haltedObstacleOf(row) ?? UNSEEN;
  return {
    id: row.id,
    name: row.name,
    version: row.labels[LABEL.version] ?? null,
    state,
    reason,
    fix,
    address: null,
    since: row.createdAt,
    inFlight: null,
  };
}

function isStarted(row: ContainerRow): boolean {
  const funko = row.labels[LABEL.funko];
  return funko !== undefined && isManaged(funko, row);
}
