/** Creates a container whose name ends in a number that no other one has. */
import { listContainers, type ContainerRow } from '../../docker/containers.ts';
import type { InstanceSpec } from '../../docker/create-options.ts';
import { statusOf } from '../../docker/engine/engine.ts';
import { inspectImage } from '../../docker/images.ts';
import { createContainer } from '../../docker/instance-calls.ts';
import { makeVolumes } from '../../docker/volume-owner.ts';
import { FaasoError } from '../../errors.ts';
import type { OperationContext } from '../context.ts';
import type { Version } from '../state/version-list.ts';
import { formatVersion } from '../../funko/naming/version.ts';

/** Names can be taken between the list and the creation: so often another one is tried. */
const NAME_ATTEMPTS = 5;

export interface Numbered<Spec extends InstanceSpec> {
  readonly funko: string;
  readonly version: Version;
  /** The next number, by the containers that there are. */
  next(rows: readonly ContainerRow[]): number;
  nameOf(number: number): string;
  specOf(number: number): Promise<Spec>;
  readonly signal?: AbortSignal | undefined;
}

export interface Created<Spec extends InstanceSpec = InstanceSpec> {
  readonly id: string;
  readonly name: string;
  readonly spec: Spec;
}

/** Makes its volumes and creates it. Throws `conflict`, `unknown_version` if the image is gone, `engine_*`, and what `specOf` throws. */
export async function createNumbered<Spec extends InstanceSpec>(
  { engine }: Pick<OperationContext, 'engine'>,
  wanted: Numbered<Spec>,
): Promise<Created<Spec>> {
  for (let attempt = 1; ; attempt += 1) {
    const number = wanted.next(await listContainers(engine, {}, wanted.signal));
    const name = wanted.nameOf(number);
    try {
      const spec = await wanted.specOf(number);
      await makeVolumes(engine, spec);
      // Not abortable: an interrupted creation may have created the container.
      const id = await createContainer(engine, spec);
      return { id, name, spec };
    } catch (error) {
      if (statusOf(error) === 404) throw await imageGone(engine, wanted, error);
      if (statusOf(error) !== 409) throw error;
      if (attempt < NAME_ATTEMPTS) continue;
      const message = `The name ${name} and others before it were taken by other containers at that moment; try again.`;
      throw new FaasoError('conflict', message, { cause: error });
    }
  }
}

/** The engine knows no such image or no such network. */
async function imageGone(
  engine: OperationContext['engine'],
  { funko, version }: Pick<Numbered<InstanceSpec>, 'funko' | 'version'>,
  cause: unknown,
): Promise<unknown> {
  if (await inspectImage(engine, version.tag)) return cause;
  const message = `The image ${version.tag} of ${formatVersion(version.number)} is gone. Build ${funko} again: faaso build FOLDER`;
  return new FaasoError('unknown_version', message, { cause });
}
