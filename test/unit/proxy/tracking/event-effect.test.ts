import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container } from '../../../../src/docker/containers.ts';
import type { EngineEvent } from '../../../../src/docker/events.ts';
import { containerToBackend } from '../../../../src/proxy/tracking/container-to-backend.ts';
import { effectOf } from '../../../../src/proxy/tracking/event-effect.ts';
import { NETWORK, container, event } from '../../../support/routing/samples.ts';

/** What an event says at once against the container it names. */
function saidAtOnce(happened: EngineEvent): object | undefined {
  const effect = effectOf(happened, NETWORK)?.atOnce;
  return effect?.kind === 'takenAway' ? effect.obstacle : undefined;
}

/** What an inspect says against the container. */
function saidLater(changes: Partial<Container>): object {
  const nothing = { takenAway: undefined, stopping: undefined, readyLife: undefined, missed: undefined };
  const backend = containerToBackend(container(changes), NETWORK, nothing, '2026-01-01T00:00:00Z');
  return { state: backend?.state, reason: backend?.reason, fix: backend?.fix };
}

test('a pause and a failing health check are told in the words and with the fix of the inspect that follows', () => {
  assert.deepEqual(saidAtOnce(event('pause')), saidLater({ status: 'paused' }));
  const unhealthy = event('health_status', 1, { health: 'unhealthy' });
  assert.deepEqual(saidAtOnce(unhealthy), saidLater({ health: 'unhealthy' }));
});

test('an end is told with its exit code, but without a fix: Docker may start the container again', () => {
  const ended = { state: 'stopped', reason: 'it ended with exit code 3', fix: null };
  assert.deepEqual(saidAtOnce(event('die', 1, { exitCode: '3' })), ended);
  assert.deepEqual(saidAtOnce(event('die')), { ...ended, reason: 'it ended' });
});
