import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { Engine } from '../../../../src/docker/engine/engine.ts';
import { failingAmong, withHelp } from '../../../../src/lifecycle/causes/instance-help.ts';
import type { InstanceStatus } from '../../../../src/api/funko-api.ts';
import { socketServer } from '../../../support/docker/socket-server.ts';

const FACTS = { network: 'test-net', funko: 'shop', flags: '' };

function instance(state: InstanceStatus['state'], reason: string | null, fix: string | null = null) {
  const id = createHash('sha256').update(`${state} ${reason}`).digest('hex');
  const where = { version: 'v1', address: null, since: '2026-01-01T00:00:00.000Z', inFlight: 0 };
  return { id, name: 'faaso-shop.1', state, reason, fix, ...where };
}

/** An engine all of whose containers have written this. */
async function engineWith(line: string): ReturnType<typeof socketServer> {
  return socketServer((_request, response) => {
    const bytes = Buffer.from(`2026-01-31T12:00:00.000000001Z ${line}\n`);
    const head = Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]);
    head.writeUInt32BE(bytes.length, 4);
    response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' });
    response.end(Buffer.concat([head, bytes]));
  });
}

test('an instance that fails again and again is told with what helps', async () => {
  await using server = await engineWith("Error: Cannot find module 'express'");
  const failing = instance('stopped', 'it ended with exit code 1; Docker starts it again');
  const [told] = await withHelp(new Engine(server), [failing], failingAmong([failing]), FACTS);
  assert.match(
    told?.reason ?? '',
    /^it ended with exit code 1; Docker starts it again\. The package "express"/,
  );
});

test('one that ends without a word is told that it must keep running', async () => {
  await using server = await engineWith('done');
  const job = instance('stopped', 'it ended with exit code 0; Docker starts it again');
  const [told] = await withHelp(new Engine(server), [job], failingAmong([job]), FACTS);
  assert.match(told?.reason ?? '', /must keep running/);
});

test('the log is read of those that fail, and of no more than a few', () => {
  const well = [
    instance('ready', null),
    instance('stopped', 'it ended with exit code 0'),
    instance('stopped', 'it ended with exit code 143'),
    instance('stopped', 'it was killed: it took more than its memory limit of 1 MiB; raise resources.memory'),
    instance('starting', 'GET /ping on port 3000 has not been answered yet'),
    instance('paused', 'it is paused', 'docker unpause faaso-shop.1'),
  ];
  assert.equal(failingAmong(well).size, 0);
  const ill = [
    instance('stopped', 'it ended with exit code 2', 'docker start faaso-shop.1'),
    instance('starting', 'nothing accepts connections on port 3000', 'docker logs faaso-shop.1'),
    instance('unhealthy', 'its health check fails', 'docker inspect faaso-shop.1'),
  ];
  assert.equal(failingAmong(ill).size, ill.length);
  const many = Array.from({ length: 50 }, (_, code) =>
    instance('stopped', `it ended with exit code ${code + 1}`),
  );
  assert.equal(failingAmong(many).size, 10);
});

test('an engine that does not say it leaves the reason as it is', async () => {
  await using server = await socketServer((_request, response) => response.writeHead(500).end());
  const failing = instance('stopped', 'it ended with exit code 1');
  assert.deepEqual(await withHelp(new Engine(server), [failing], failingAmong([failing]), FACTS), [failing]);
});
