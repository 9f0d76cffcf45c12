/** Errors for funkos that are not there, or not FaaSO's: they say what there is instead. */
import { listImages, type Image } from '../../docker/images.ts';
import { FaasoError } from '../../errors.ts';
import { suggestion } from '../../funko/suggest.ts';
import type { Host } from '../host.ts';
import type { OperationContext } from '../context.ts';
import type { RoutedInstance } from '../traffic.ts';
import { builtFunkos } from './version-list.ts';
import { aliasOf } from '../../funko/naming/container-names.ts';

/** No version was built, so none can be started. */
export async function nothingBuilt(
  context: OperationContext,
  name: string,
  images: readonly Image[],
  signal?: AbortSignal,
  verb: 'start' | 'restart' = 'start',
): Promise<FaasoError> {
  const carried = await context.traffic.instances(signal);
  const byHand = carried.filter(({ funkos }) => funkos.includes(name));
  if (byHand.length > 0) {
    return new FaasoError('conflict', unmanaged(name, byHand, verb));
  }
  return unknownFunko(context.host, name, allNames(carried, images));
}

/** Of containers that FaaSO has no version of: what it can't do, and what a person can. */
function unmanaged(name: string, instances: readonly RoutedInstance[], verb: 'start' | 'restart'): string {
  const names = instances.map((instance) => instance.name).join(', ');
  const named = (chosen: readonly RoutedInstance[]): string =>
    chosen.map((instance) => instance.name).join(' ');
  const stopped = instances.filter(({ state }) => state === 'stopped');
  const running = `More containers with --network-alias ${aliasOf(name)} share its requests.`;
  const start = stopped.length === 0 ? running : `Start it with: docker start ${named(stopped)}`;
  const fix = verb === 'restart' ? `Restart it with: docker restart ${named(instances)}` : start;
  const what = `The funko "${name}" is unmanaged (${names}): FaaSO did not start it, has no version of it, and neither starts, scales nor rolls it back.`;
  return `${what} To have it do so, deploy a folder with "name: ${name}" in its funko.yml. ${fix}`;
}

/** There is nothing of FaaSO's to take away: neither an instance nor a version. */
export async function nothingOwn(
  context: OperationContext,
  name: string,
  signal?: AbortSignal,
): Promise<FaasoError> {
  const [carried, images] = await Promise.all([
    context.traffic.instances(signal),
    listImages(context.engine, {}, signal),
  ]);
  const byHand = carried.filter(({ funkos }) => funkos.includes(name)).map((instance) => instance.name);
  if (byHand.length === 0) return unknownFunko(context.host, name, allNames(carried, images));
  const message = `The funko "${name}" is unmanaged (${byHand.join(', ')}); FaaSO removes only what it started itself.`;
  return new FaasoError('conflict', `${message} Stop it with: docker stop ${byHand.join(' ')}`);
}

/** There is no such funko. */
export function unknownFunko(
  host: Pick<Host, 'publishes'>,
  name: string,
  known: readonly string[],
): FaasoError {
  const near = suggestion(name, known);
  const list = host.publishes ? 'faaso status -l' : 'faaso status';
  const hint = near === undefined ? `List them with: ${list}` : `Did you mean "${near}"?`;
  return new FaasoError('unknown_funko', `There is no funko "${name}". ${hint}`);
}

function allNames(carried: readonly RoutedInstance[], images: readonly Image[]): string[] {
  return [...new Set([...carried.flatMap(({ funkos }) => funkos), ...builtFunkos(images)])];
}
