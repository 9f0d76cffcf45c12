/** The processes of a container, as the engine's host sees them. */
import type { Engine } from './engine/engine.ts';

export interface ContainerProcess {
  /** The numeric user id on the host. */
  readonly uid: number;
  readonly command: string;
}

/** The processes of a container that runs. Throws `engine_*`, also if it does not run. */
export async function processesOf(engine: Engine, id: string): Promise<ContainerProcess[]> {
  const { Titles, Processes } = await engine.call(
    `listing the processes of container ${id}`,
    async (docker) =>
      docker.getContainer(id).top({ ps_args: '-eo pid,uid,args' }) as Promise<{
        Titles: readonly string[];
        Processes: readonly (readonly string[])[];
      }>,
  );
  const uid = Titles.indexOf('UID');
  const command = Titles.indexOf('COMMAND');
  return Processes.map((row) => ({ uid: Number(row[uid]), command: row[command] ?? '' }));
}
