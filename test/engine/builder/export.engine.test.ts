import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { exportContext } from '../../../src/builder/export/export.ts';
import { withoutManifest } from '../../../src/builder/tar/without-manifest.ts';
import { buildImage } from '../../../src/docker/buildkit/build-image.ts';
import { createContainer } from '../../../src/docker/instance-calls.ts';
import { containerRules } from '../../../src/funko/container-rules.ts';
import { listening } from '../../../src/funko/listening.ts';
import { docker, dockerQuietly } from '../../support/engine/docker-cli.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { engine, LABELS, named } from '../../support/docker/engine-harness.ts';
import { HELLO, open } from '../../support/builder/contexts.ts';
import { tempFolder } from '../../support/builder/folders.ts';

const FUNKO = {
  ...HELLO,
  'funko.yml': "name: hello\nruntime: node\nenv:\n  GREETING: it's me\n",
  'bin/run': { executable: '#!/bin/sh\n' },
  empty: { folder: true as const },
  'lib/link': { link: '../index.js' },
  'lib/away': { link: '/etc/passwd' },
};

it('plain docker build makes the same layers of an exported funko as FaaSO does', async () => {
  await using folder = await tempFolder({ ...FUNKO, 'README.md': 'mine' });
  await using dest = await tempFolder();
  const [own, plain] = [named('image', 'own'), named('image', 'plain')];
  const { tar, dockerfile } = await open(folder);
  await buildImage(engine, {
    context: withoutManifest(tar),
    dockerfile,
    tags: [own],
    labels: LABELS,
    onEvent: () => undefined,
  });
  await exportContext(await open(folder), dest.at('out'));
  const label = Object.entries(LABELS).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
  // Anew: its own copy of what FaaSO's build left in the cache would prove nothing.
  await docker('build', '--no-cache', '--quiet', '--tag', plain, ...label, dest.at('out'));
  // The times of folders are BuildKit's own, which here got a tar and there the files one by one.
  const filesIn = async (image: string): Promise<string> => {
    const command =
      'cd /funko && find . -type d -printf "%p %m\\n" -o -printf "%p %y %m %l %s %T@\\n" | sort';
    return docker('run', '--rm', '--entrypoint', 'sh', image, '-c', command);
  };
  assert.equal(await filesIn(plain), await filesIn(own));
  assert.match(await filesIn(own), /^\.\/README\.md/m);
});

it('an export has modes, links, empty folders and a README, and the README does not hide the funko’s own', async () => {
  await using folder = await tempFolder(FUNKO);
  await using dest = await tempFolder();
  const out = dest.at('deep/out');
  const paths = await exportContext(await open(folder), out);
  assert.deepEqual(paths.slice(0, 2), ['README.md', 'compose.yaml']);
  assert.equal((await lstat(`${out}/bin/run`)).mode & 0o777, 0o755);
  assert.equal(await readlink(`${out}/lib/link`), '../index.js');
  assert.deepEqual(await readdir(`${out}/empty`), []);
  const readme = await readFile(`${out}/README.md`, 'utf8');
  assert.match(readme, /docker build --tag hello \./);
  assert.match(readme, /docker compose up --detach --build/);
  await assert.rejects(exportContext(await open(folder), out), { code: 'conflict', message: /is not empty/ });
  assert.deepEqual(await readdir(dest.at('deep')), ['out']);
});

const SETTINGS = `name: hello
runtime: node
env: { GREETING: "it's $me", EMPTY: "" }
user: "1234:1234"
readonly: true
restart: on-failure
resources: { memory: 100 MiB, cpus: 0.5, pids: 77 }
volumes: { data: /data }
secrets: [API_KEY]
healthcheck: { command: [node, -e, ""], interval: 7, timeout: 2, retries: 4 }
`;

/** Of a container, what funko.yml has a say in. */
async function settingsOf(container: string): Promise<unknown> {
  const [found] = JSON.parse(await docker('inspect', container)) as [Inspected];
  const { Env, User, Healthcheck } = found.Config;
  const { Memory, MemorySwap, NanoCpus, PidsLimit, CapDrop, CapAdd, Init } = found.HostConfig;
  const { SecurityOpt, ReadonlyRootfs, Tmpfs, RestartPolicy, LogConfig } = found.HostConfig;
  const volumes = found.Mounts.filter(({ Type }) => Type === 'volume').map(({ Name, Destination, RW }) => [
    Name,
    Destination,
    RW,
  ]);
  const limits = { Memory, MemorySwap, NanoCpus, PidsLimit, CapDrop, CapAdd, Init };
  const rest = { SecurityOpt, ReadonlyRootfs, Tmpfs, Restart: RestartPolicy['Name'], LogConfig };
  return { Env: Env.toSorted(), User, Healthcheck, ...limits, ...rest, volumes };
}

interface Inspected {
  readonly Config: { readonly Env: string[]; readonly User: string; readonly Healthcheck: unknown };
  readonly HostConfig: Readonly<Record<string, unknown>> & {
    readonly RestartPolicy: Readonly<Record<string, unknown>>;
  };
  readonly Mounts: readonly {
    readonly Type: string;
    readonly Name: string;
    readonly Destination: string;
    readonly RW: boolean;
  }[];
}

it('an exported project started with Compose has the settings that up starts it with', async () => {
  const name = `compose-${RUN}-${randomBytes(2).toString('hex')}`;
  await using folder = await tempFolder({ ...FUNKO, 'funko.yml': SETTINGS.replace('hello', name) });
  await using dest = await tempFolder();
  const context = await open(folder);
  const { manifest } = context;
  await exportContext(context, dest.at('out'));
  await mkdir(dest.at('out/secrets'));
  await writeFile(dest.at('out/secrets/API_KEY'), 'value');
  const own = named('container', 'up');
  const compose = (...words: string[]): Promise<string> =>
    docker('compose', '--project-directory', dest.at('out'), ...words);
  try {
    await compose('up', '--detach', '--build', '--no-start', '--quiet-pull');
    const up = { ...containerRules(name, { ...manifest, secrets: [] }) };
    const { env } = listening(manifest, {});
    const spec = { name: own, image: name, labels: LABELS, env, rules: up };
    await createContainer(engine, { ...spec, network: 'none', aliases: [] });
    assert.deepEqual(await settingsOf(`${name}-${name}-1`), await settingsOf(own));
    // The volume is the program's to write, its secret to read.
    await compose('run', '--rm', `${name}-volumes`);
    const script = `const { readFileSync, writeFileSync } = require('node:fs');
      writeFileSync('/data/x', readFileSync('/run/secrets/API_KEY')); console.log(process.env.GREETING)`;
    assert.equal(await compose('run', '--rm', '--no-deps', name, 'node', '-e', script), "it's $me");
  } finally {
    // It has the volume and the image.
    await dockerQuietly('rm', '--force', own);
    await compose('down', '--volumes', '--rmi', 'all', '--remove-orphans');
  }
});
