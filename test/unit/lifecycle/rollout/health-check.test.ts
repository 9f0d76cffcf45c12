import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from '../../../../src/docker/engine/engine.ts';
import { timeToHealth, untilHealthy, whyNotHealthy } from '../../../../src/lifecycle/rollout/health-check.ts';
import { socketServer, type SocketServer } from '../../../support/docker/socket-server.ts';

const CHECK = { command: ['node', 'check.js'], intervalMs: 60_000, timeoutMs: 5_000, retries: 3 };

/** An engine whose every inspect shows this health, and what it kept of the check's settings. */
async function engineThat(health: object, kept: object = {}): Promise<SocketServer> {
  const body = JSON.stringify({ State: { Health: health }, Config: { Healthcheck: kept } });
  return socketServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
}

test('an engine that knows no haste is given a whole interval, one that does no more than was asked for', async () => {
  await using old = await engineThat({ Status: 'starting' });
  assert.equal(await timeToHealth(new Engine(old), 'c1', CHECK, 30_000), 66_000);
  assert.equal(await timeToHealth(new Engine(old), 'c1', CHECK, 90_000), 90_000);
  assert.equal(await timeToHealth(new Engine(old), 'c1', null, 30_000), 30_000);
  await using hasty = await engineThat({ Status: 'starting' }, { StartInterval: 1e9 });
  assert.equal(await timeToHealth(new Engine(hasty), 'c1', CHECK, 30_000), 30_000);
});

test('an instance that is unhealthy is not waited for any longer, and its check has the last word', async () => {
  const Log = [{ Output: 'first' }, { Output: 'no database\n' }];
  await using engine = await engineThat({ Status: 'unhealthy', Log });
  const waiting = untilHealthy(new Engine(engine), 'c1', new AbortController().signal);
  await assert.rejects(waiting, {
    code: 'not_ready',
    message: 'its health check fails. It wrote: no database',
  });
});

test('of a check that was not done in time that is told, and of a long output the end', async () => {
  await using mute = await engineThat({ Status: 'starting', Log: null });
  const why = await whyNotHealthy(new Engine(mute), 'c1', CHECK, 'within 30 s');
  assert.equal(why, 'its health check (node check.js) did not succeed within 30 s, and wrote nothing.');
  await using loud = await engineThat({
    Status: 'starting',
    Log: [{ Output: `${'x'.repeat(4000)}the end` }],
  });
  const words = (await whyNotHealthy(new Engine(loud), 'c1', CHECK, 'within 30 s')) ?? '';
  assert.match(words, /It wrote: …x+the end$/);
  assert.ok(words.length < 700);
});
