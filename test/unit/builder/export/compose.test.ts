import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parse } from 'yaml';
import { composeFile } from '../../../../src/builder/export/compose.ts';
import { userOf } from '../../../../src/builder/dockerfile/dockerfile-user.ts';
import { exportReadme } from '../../../../src/builder/export/export-readme.ts';
import { parseManifest } from '../../../../src/funko/manifest/manifest.ts';

const manifestOf = (text: string): ReturnType<typeof parseManifest> =>
  parseManifest(`name: hello\n${text}`, 'funko.yml');

function projectOf(text: string, user: string | null = null): Record<string, unknown> {
  return parse(composeFile({ manifest: manifestOf(text), user })) as Record<string, unknown>;
}

it('several instances get a port of the host each', () => {
  const { hello } = projectOf('scale: 3')['services'] as { hello: Record<string, unknown> };
  assert.equal(hello['scale'], 3);
  assert.deepEqual(hello['ports'], ['127.0.0.1:3000-3002:3000']);
});

it('a funko without volumes and secrets has no words about them', () => {
  const project = projectOf('env: { PRICE: "5$" }', 'node');
  assert.deepEqual(Object.keys(project), ['name', 'services']);
  assert.deepEqual(Object.keys(project['services'] as object), ['hello']);
  assert.doesNotMatch(
    exportReadme(manifestOf(''), { health: '/', compose: 'compose.yaml' }),
    /Secrets are|The volumes/,
  );
});

it('a new volume is given to the user of the program, and to nobody if that is root or not known', () => {
  const withVolume = 'volumes: { data: /data }';
  const services = (user: string | null): string[] =>
    Object.keys(projectOf(withVolume, user)['services'] as object);
  assert.deepEqual(services('node:node'), ['hello', 'hello-volumes']);
  assert.deepEqual(services(null), ['hello']);
});

it('a release command runs before the program, in a service of its own that is as the program’s', () => {
  const text = 'env: { A: b }\nvolumes: { data: /data }\nsecrets: [KEY]\nrelease: npm run migrate';
  const services = projectOf(text, 'node')['services'] as Record<string, Record<string, unknown>>;
  assert.deepEqual(Object.keys(services), ['hello', 'hello-release', 'hello-volumes']);
  const release = services['hello-release'] ?? {};
  assert.deepEqual(release['entrypoint'], ['sh', '-c', 'exec npm run migrate']);
  const { environment, secrets, restart, ports } = release;
  assert.deepEqual(
    [environment, secrets, restart, ports],
    [{ PORT: '3000', A: 'b' }, ['KEY'], 'no', undefined],
  );
  const condition = 'service_completed_successfully';
  assert.deepEqual(services['hello']?.['depends_on'], { 'hello-release': { condition } });
  assert.deepEqual(release['depends_on'], { 'hello-volumes': { condition } });
  const guide = { health: '/', compose: 'compose.yaml' };
  assert.match(exportReadme(manifestOf(text), guide), /release command runs each time/);
});

it('each worker is a service that starts after the release command and is published nowhere', () => {
  const one = projectOf('worker: node worker.js')['services'] as Record<string, Record<string, unknown>>;
  assert.deepEqual(Object.keys(one), ['hello', 'hello-worker']);
  assert.deepEqual(one['hello-worker']?.['entrypoint'], ['sh', '-c', 'exec node worker.js']);
  const text =
    'release: migrate\ntimeouts: { drain: 5 }\nworker: { b: tick, a: { command: [./a, -x], scale: 2 } }';
  const services = projectOf(text)['services'] as Record<string, Record<string, unknown>>;
  assert.deepEqual(Object.keys(services), ['hello', 'hello-worker-a', 'hello-worker-b', 'hello-release']);
  const { entrypoint, scale, restart, ports, depends_on, stop_grace_period } =
    services['hello-worker-a'] ?? {};
  assert.deepEqual(
    [entrypoint, scale, restart, ports, stop_grace_period],
    [['./a', '-x'], 2, 'unless-stopped', undefined, '5s'],
  );
  assert.deepEqual(Object.keys(depends_on as object), ['hello-release']);
});

it('the user of an image is the last one of its last stage', () => {
  assert.equal(userOf('FROM a\nUSER one\nFROM b\nUSER two\nRUN x\n  user three:four\n'), 'three:four');
  assert.equal(userOf('FROM a\nUSER one\nFROM b\n'), null);
  assert.equal(userOf('FROM a\nUSER $UID\n'), null);
});

it('the README of an export names what the program needs, and what does not hold without the proxy', () => {
  const manifest = manifestOf(
    'secrets: [API_KEY]\nvolumes: { data: /data }\nscale: 2\ntimeouts: { drain: 5 }',
  );
  const readme = exportReadme(manifest, { health: '/ping', compose: 'compose.faaso.yaml' });
  assert.match(readme, /printf %s VALUE > secrets\/API_KEY/);
  assert.match(readme, /docker compose --file compose\.faaso\.yaml up/);
  assert.match(readme, /ports 3000 to 3001/);
  assert.match(readme, /on the same engine the data is the same/);
  assert.match(readme, /rules of FaaSO’s proxy/);
});
