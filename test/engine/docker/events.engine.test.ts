import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filter, firstValueFrom, takeWhile, timeout, toArray, type Observable } from 'rxjs';
import { engineEvents, type EngineEvent } from '../../../src/docker/events.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { DEADLINE_MS } from '../../support/engine/wait.ts';
import { engine, named, network } from '../../support/docker/engine-harness.ts';

const since = Date.now() / 1000 - 1;

/** The events of one container, from this file's start on. */
async function eventsOf(id: string, until: (event: EngineEvent) => boolean): Promise<EngineEvent[]> {
  const events$: Observable<EngineEvent> = engineEvents(engine, { since }).pipe(
    filter((event) => event.type !== 'missed'),
  );
  const all = await firstValueFrom(
    events$.pipe(
      takeWhile((event) => event.containerId !== id || !until(event), true),
      toArray(),
      timeout(DEADLINE_MS),
    ),
  );
  return all.filter((event) => event.containerId === id);
}

test('the life of a container is told: created, connected, started, its health, renamed, ended, gone', async () => {
  const net = await network();
  const [name, renamed] = [named('container', 'events'), named('container', 'renamed')];
  const health = ['--health-cmd', 'true', '--health-interval', '100ms'];
  const flags = ['--name', name, '--label', `faaso.test=${RUN}`, '--network', net, '--init', ...health];
  const id = await docker('run', '-d', ...flags, 'node:24-slim', 'sleep', 'infinity');
  const healthy = await eventsOf(id, ({ action }) => action === 'health_status');
  assert.equal(healthy.at(-1)?.attributes['health'], 'healthy');

  await docker('rename', name, renamed);
  await docker('rm', '--force', renamed);
  const events = await eventsOf(id, ({ action }) => action === 'destroy');
  const actions = events.map(({ action }) => action);
  const wanted = [
    'create',
    'connect',
    'start',
    'health_status',
    'rename',
    'kill',
    'die',
    'disconnect',
    'destroy',
  ];
  for (const action of wanted) assert(actions.includes(action), `${action} in ${actions.join(' ')}`);
  assert(!actions.some((action) => action.startsWith('exec_')), 'health probes are no news');

  const connect = events.find(({ action }) => action === 'connect');
  assert.equal(connect?.type, 'network');
  assert.equal(connect.network?.name, net);
  assert.equal(events.find(({ action }) => action === 'rename')?.attributes['oldName'], `/${name}`);
  assert.equal(events.find(({ action }) => action === 'kill')?.attributes['signal'], '9');
  assert(events.every(({ timeNano }) => /^\d{19}$/.test(timeNano)));
});

test('two who subscribe hear the same, with the same exact times', async () => {
  const id = await docker(
    'create',
    '--name',
    named('container', 'twice'),
    '--label',
    `faaso.test=${RUN}`,
    'node:24-slim',
  );
  const ofIt = async (): Promise<EngineEvent[]> => eventsOf(id, ({ action }) => action === 'create');
  const [one, other] = await Promise.all([ofIt(), ofIt()]);
  assert.equal(one.length, 1);
  assert.deepEqual(one, other);
});
