/** Whether the proxy's table is what the engine runs: an event that was lost would show as a difference. */
import { inspectContainer, listContainers } from '../src/docker/containers.ts';
import type { ScenarioHarness } from '../test/support/scenarios/scenario-harness.ts';
import type { BenchEngine } from './bench-engine.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly address: string | null;
}

/** Where the table differs from a fresh list of the world's containers, each inspected: one line for each. */
export async function differences(world: ScenarioHarness, engine: BenchEngine): Promise<string[]> {
  const [{ backends }, fresh] = await Promise.all([
    world.admin('backends') as Promise<{ backends: Row[] }>,
    freshRows(world, engine),
  ]);
  const table = new Map(backends.map((row) => [row.id, wordsOf(row)]));
  const list = new Map(fresh.map((row) => [row.id, wordsOf(row)]));
  const ids = new Set([...table.keys(), ...list.keys()]);
  return [...ids].flatMap((id) => {
    const [told, true_] = [table.get(id) ?? 'nothing', list.get(id) ?? 'nothing'];
    return told === true_ ? [] : [`the table has ${told}, the engine ${true_}`];
  });
}

async function freshRows(world: ScenarioHarness, { engine }: BenchEngine): Promise<Row[]> {
  const rows = await listContainers(engine, { label: world.label });
  const containers = await Promise.all(rows.map(async ({ id }) => inspectContainer(engine, id)));
  return containers
    .filter((container) => container !== undefined)
    .map(({ id, name, status, networks }) => ({
      id,
      name,
      // All of them listen.
      state: status === 'running' ? 'ready' : 'stopped',
      address: networks[world.network]?.address ?? null,
    }));
}

function wordsOf({ name, state, address }: Row): string {
  return `${name} ${state} at ${address ?? 'no address'}`;
}
