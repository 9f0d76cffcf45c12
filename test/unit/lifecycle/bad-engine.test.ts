import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import { Engine } from '../../../src/docker/engine/engine.ts';
import type { FaasoError } from '../../../src/errors.ts';
import { EngineFunkos } from '../../../src/lifecycle/engine-funkos.ts';
import type { RoutedInstance, Traffic } from '../../../src/lifecycle/traffic.ts';
import { socketServer } from '../../support/docker/socket-server.ts';
import { NETWORK, carried } from '../../support/lifecycle/pictures.ts';

/** A carrier that knows these instances, and takes whatever starts for ready. */
function carrier(...instances: RoutedInstance[]): Traffic {
  return {
    waitReady: async () => Promise.resolve(),
    drain: async () => Promise.resolve(),
    resume: () => undefined,
    readSplits: async () => Promise.resolve(),
    instances: async () => Promise.resolve(instances),
  };
}

function funkosOn(
  engine: { readonly socketPath: string },
  traffic = carrier(),
  kind: 'server' | 'local' = 'server',
): EngineFunkos {
  return new EngineFunkos({ engine: new Engine(engine), network: NETWORK, traffic, kind });
}

/** An engine that has one version of the funko `a` and answers each `METHOD /path` as given, else with an empty list. */
function engineWith(
  answers: Readonly<Record<string, readonly [status: number, body: unknown]>>,
  labels: Readonly<Record<string, string>> = {},
): RequestListener {
  const manifest = JSON.stringify({ name: 'a', runtime: null, options: {}, env: {} });
  const image = {
    Id: 'sha256:a1',
    RepoTags: ['faaso-a:v1'],
    Labels: { 'faaso.funko': 'a', 'faaso.version': 'v1', 'faaso.manifest': manifest, ...labels },
    Created: 1,
    Size: 1,
  };
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://engine');
    const inspected = /^\/images\/.+\/json$/.test(pathname) ? { Id: image.Id, Config: {} } : [];
    const fallback = [200, pathname === '/images/json' ? [image] : inspected] as const;
    const [status, body] = answers[`${request.method ?? ''} ${pathname}`] ?? fallback;
    request.resume().once('end', () => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  };
}

test('a server that has lost its engine lists the instances that it last knew', async () => {
  await using engine = await socketServer();
  const traffic = carrier(carried('faaso-a.1', ['a']), carried('faaso-b.1', ['b'], { state: 'unhealthy' }));
  const funkos = funkosOn(engine, traffic);
  const list = await funkos.list();
  assert.deepEqual(
    list.map(({ name, state, latest, versions, url }) => [name, state, latest, versions, url]),
    [
      ['a', 'ready', null, [], null],
      ['b', 'unavailable', null, [], null],
    ],
  );
  assert.equal((await funkos.show('a')).instances[0]?.name, 'faaso-a.1');
});

test('a server that has lost its engine does not say that there is no such funko, for it can’t know', async () => {
  await using engine = await socketServer();
  await assert.rejects(funkosOn(engine).show('c'), { code: 'engine_unreachable' });
  await assert.rejects(funkosOn(engine).show('No_Name'), { code: 'bad_name' });
});

test('on one’s own machine an engine that is away is an error', async () => {
  await using engine = await socketServer();
  await assert.rejects(funkosOn(engine, carrier(), 'local').list(), { code: 'engine_unreachable' });
});

test('an engine that answers, but fails, is an error for a server too', async () => {
  const answer = engineWith({ 'GET /images/json': [500, { message: 'disk error' }] });
  await using engine = await socketServer(answer);
  await assert.rejects(funkosOn(engine).list(), { code: 'engine_failed', message: /disk error/ });
});

test('an unknown funko’s error names the command that lists those there are, where one asked', async () => {
  await using engine = await socketServer(engineWith({}));
  const message = (flag: string): RegExp => new RegExp(`List them with: faaso status${flag}$`);
  await assert.rejects(funkosOn(engine).show('zzz'), { message: message('') });
  const local = funkosOn(engine, carrier(), 'local');
  await assert.rejects(local.show('zzz'), { message: message(' -l') });
  await assert.rejects(local.down('zzz'), { message: message(' -l') });
  await assert.rejects(
    local.up({ name: 'zzz' }, () => undefined),
    { message: message(' -l') },
  );
});

test('an instance that can’t be removed again is named, beside the reason why it had to go', async () => {
  const answer = engineWith({
    'POST /containers/create': [201, { Id: 'c1' }],
    'POST /containers/c1/start': [500, { message: 'no such program' }],
    'DELETE /containers/c1': [500, { message: 'device busy' }],
  });
  await using engine = await socketServer(answer);
  const starting = funkosOn(engine).up({ name: 'a' }, () => undefined);
  await assert.rejects(starting, (error: FaasoError) => {
    assert.equal(error.code, 'not_ready');
    assert.match(error.message, /no such program$/);
    assert.match(error.message, /faaso-a\.1 could not be removed .*device busy.*docker rm -f faaso-a\.1/);
    return true;
  });
});

test('an instance is gone when an error says that it was taken away again', async () => {
  const answer = engineWith({
    'POST /containers/create': [201, { Id: 'c1' }],
    'POST /containers/c1/start': [500, { message: 'no such program' }],
    'DELETE /containers/c1': [404, { message: 'no such container' }],
  });
  await using engine = await socketServer(answer);
  const starting = funkosOn(engine).up({ name: 'a' }, () => undefined);
  await assert.rejects(starting, {
    code: 'not_ready',
    message: /a v1 did not get ready, and was removed again: .*program/,
  });
});

test('on one’s own machine a port label that is no port keeps an instance from being made', async () => {
  const answer = engineWith(
    {
      'GET /networks/faaso-net': [200, { Id: 'n', Name: NETWORK }],
      'POST /containers/create': [500, { message: 'not to be asked' }],
    },
    { 'faaso.port': 'http' },
  );
  await using engine = await socketServer(answer);
  const starting = funkosOn(engine, carrier(), 'local').up({ name: 'a' }, () => undefined);
  await assert.rejects(starting, { code: 'not_ready', message: /faaso\.port is "http".*1 to 65535/ });
});
