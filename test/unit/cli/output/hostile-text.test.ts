/** What servers, images and containers say may hold anything; no command lets it steer the terminal. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { homeAt, startAdmin, type ServerHarness } from '../../../support/cli/server-harness.ts';
import { statusOf } from '../../../support/cli/fake-funkos.ts';
import { newHome, outcomeOf } from '../../../support/cli/faaso.ts';
import { FaasoError } from '../../../../src/errors.ts';

/** Clears the screen (C0 and C1), sets the title, moves the cursor up, goes back in the line, hides and turns text. */
const HOSTILE = 'x\x1b[2J\x9b2J\x1b]0;owned\x07\x1b[1A\b\x7f\r\u202e\u2066\u2028y';
const STEERS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/;

function hostile(admin: ServerHarness): void {
  const status = statusOf('demo');
  const instances = status.instances.map((one) => ({
    ...one,
    name: `faaso-${HOSTILE}`,
    version: HOSTILE,
    reason: HOSTILE,
    fix: HOSTILE,
  }));
  const versions = status.versions.map((one) => ({ ...one, image: HOSTILE, version: HOSTILE }));
  const split = [{ version: HOSTILE, weight: 100 }] as unknown as NonNullable<typeof status.split>;
  admin.funkos.known.set('demo', { ...status, latest: HOSTILE, split, instances, versions });
  admin.funkos.secrets.known.set(`demo/${HOSTILE}`, Buffer.from('v'));
  admin.funkos.secrets.wanted = [`${HOSTILE}2`];
  admin.funkos.prune = async () => Promise.resolve({ removed: [HOSTILE], cacheBytes: 0 });
  admin.funkos.up = async ({ name }, onEvent) => {
    onEvent({ type: 'starting', instance: HOSTILE, version: HOSTILE });
    onEvent({ type: 'warning', message: HOSTILE });
    const started = {
      funko: HOSTILE,
      version: HOSTILE,
      instance: HOSTILE,
      instances: [HOSTILE],
      replaced: [],
    };
    return Promise.resolve({ ...started, name, unchanged: false, url: null });
  };
  admin.funkos.down = async () => Promise.reject(new FaasoError('conflict', HOSTILE, { details: [HOSTILE] }));
  admin.readyz = { status: 503, body: { status: HOSTILE, reason: HOSTILE } };
}

/** A server that gives one answer to whatever it is asked. */
async function answering(status: number, body: string): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

describe('text that a server sends', () => {
  for (const line of [
    'status',
    'status --json',
    'status demo',
    'versions demo',
    'secret list demo',
    'secret list --json demo',
    'prune',
    'prune --json',
    'up demo',
    'up --json demo',
    'down demo',
    'scale demo',
    'split demo',
    'logs demo --json',
    'doctor',
  ]) {
    it(`steers no terminal in faaso ${line}`, async () => {
      await using admin = await startAdmin();
      await using home = await homeAt(admin);
      hostile(admin);
      const { stdout, stderr } = await home.faaso(line.split(' '));
      assert.notEqual(stdout + stderr, '');
      assert.doesNotMatch(stdout, STEERS);
      assert.doesNotMatch(stderr, STEERS);
      if (line.includes('--json')) JSON.parse(stdout);
    });
  }

  it('is shown as codes, and moves nothing in a table', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    hostile(admin);
    const { stdout } = await home.faaso(['secret', 'list', 'demo']);
    const codes = 'x\\x1b[2J\\x9b2J\\x1b]0;owned\\x07\\x1b[1A\\x08\\x7f\\x0d\\u202e\\u2066\\u2028y';
    assert.equal(stdout, `${codes}\n`);
    const table = await home.faaso(['versions', 'demo']);
    assert.ok(table.stdout.includes(`${codes}  `), table.stdout);
  });

  it('steers no terminal as an answer that is no JSON', async () => {
    await using home = await newHome();
    await using server = await answering(502, HOSTILE);
    home.environment = { FAASO_SERVER: server.url, FAASO_TOKEN: 'x' };
    for (const words of [['status'], ['secret', 'list', 'demo'], ['doctor']]) {
      const { stderr, stdout } = await home.faaso(words);
      assert.doesNotMatch(stdout + stderr, STEERS);
    }
  });
});

describe('what a program writes', () => {
  const LINE = `\x1b[32mok\x1b[0m ${HOSTILE.replaceAll('\r', '')}`;

  it('is shown on a terminal with its colours, and nothing else that steers', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    admin.funkos.logged.written.set('demo', [{ time: '2026-01-01T00:00:00.000000001Z', text: LINE }]);
    const { stdout } = await outcomeOf(home.startOnTerminal(['logs', 'demo']));
    assert.match(stdout, /\x1b\[32mok\x1b\[0m x/);
    assert.doesNotMatch(stdout.replaceAll(/\x1b\[[0-9;]*m|\r\n/g, ''), STEERS);
    const plain = await outcomeOf(home.startOnTerminal(['logs', 'demo'], { environment: { NO_COLOR: '1' } }));
    assert.doesNotMatch(plain.stdout.replaceAll('\r\n', ''), STEERS);
  });

  it('goes into a file as it is', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    admin.funkos.logged.written.set('demo', [{ time: '2026-01-01T00:00:00.000000001Z', text: LINE }]);
    assert.equal((await home.faaso(['logs', 'demo'])).stdout, `demo.1  ${LINE}\n`);
  });

  it('steers no terminal as an answer to invoke; a file gets the bytes', async () => {
    await using home = await newHome();
    await using server = await answering(200, LINE);
    home.environment = { FAASO_SERVER: server.url };
    const shown = await outcomeOf(home.startOnTerminal(['invoke', 'demo']));
    assert.match(shown.stdout, /\x1b\[32mok\x1b\[0m x/);
    assert.doesNotMatch(shown.stdout.replaceAll(/\x1b\[[0-9;]*m|\r\n/g, ''), STEERS);
    assert.equal((await home.faaso(['invoke', 'demo'])).stdout, LINE);
  });
});
