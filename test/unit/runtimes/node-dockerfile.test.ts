/** The Dockerfile that the runtime `node` makes. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtOf } from '../../support/builder/contexts.ts';
import { dockerfileOf, MODULE, stepsOf } from '../../support/builder/node-steps.ts';

it('installs nothing where there is no package.json and no package is asked for', async () => {
  const text = await dockerfileOf({});
  assert.doesNotMatch(text, /^RUN/m);
  assert.equal(text.match(/^FROM/gm)?.length, 1);
});

it('installs by the lock file where there is one, before the code is copied', async () => {
  const text = await dockerfileOf({ 'package.json': '{}', 'package-lock.json': '{}', '.npmrc': '' });
  assert.match(
    text,
    /^COPY package\.json package-lock\.json \.npmrc \.\/\nRUN [^]* npm ci --omit=dev[^]*^COPY \. \.$/m,
  );
  assert.match(await dockerfileOf({ 'package.json': '{}' }), /npm install --omit=dev/);
});

it('puts ship_packages into the image, and devel_packages only where npm installs', async () => {
  const options = 'options:\n  ship_packages: [imagemagick]\n  devel_packages: [g++, make]\n';
  const [base = '', dependencies = '', last = ''] = (await dockerfileOf({ 'package.json': '{}' }, options))
    .split(/^(?=FROM )/m)
    .slice(-3);
  assert.match(base, /install .* imagemagick$/m);
  assert.match(dependencies, /^FROM base AS dependencies\n[^]*install .* g\+\+ make$[^]*npm install/m);
  assert.match(last, /^FROM base\nCOPY --from=dependencies \/funko \.\/\nCOPY \. \.$/m);
});

it('copies what installing reads of the folder, and nothing else, so that a changed line of code installs nothing', async () => {
  const lean = 'npm install --omit=dev';
  const workspaces = {
    'package.json': '{ "workspaces": ["packages/*"], "dependencies": { "a": "*" } }',
    'packages/a/package.json': '{ "name": "a", "version": "1.0.0", "dependencies": { "c": "file:../../c" } }',
    'packages/a/index.js': '',
    'packages/a/node_modules/x/package.json': '{}',
    'c/package.json': '{ "name": "c", "version": "1.0.0" }',
    'c/index.js': '',
  };
  assert.deepEqual(await stepsOf(workspaces), [
    'COPY package.json ./',
    'COPY packages/a/package.json ./packages/a/',
    'COPY c c',
    lean,
    'COPY . .',
  ]);
  const paths = {
    'package.json':
      '{ "dependencies": { "a": "file:./a.tgz" }, "overrides": { "b": { "c": "file:c" } }, "devDependencies": { "d": "file:../d" } }',
    'a.tgz': '',
    'c/package.json': '{}',
  };
  assert.deepEqual(await stepsOf(paths), ['COPY package.json a.tgz ./', 'COPY c c', lean, 'COPY . .']);
});

it('copies the whole folder first where installing needs it, with the devDependencies until its scripts are done', async () => {
  const whole = [
    'COPY . .',
    /^npm ci --include=dev && npm prune --omit=dev --ignore-scripts/,
    'COPY --from=dependencies /funko ./',
  ] as const;
  for (const files of [
    { 'package.json': '{ "scripts": { "preinstall": "node make.js" } }' },
    { 'package.json': '{}', 'binding.gyp': '{}' },
    {
      'package.json': '{ "dependencies": { "a": "file:a" } }',
      'a/package.json': '{ "scripts": { "prepare": "tsc" } }',
    },
    { 'package.json': '{ "dependencies": { "self": "file:." } }' },
  ]) {
    const steps = await stepsOf({ ...files, 'package-lock.json': '{}' });
    assert.equal(steps.length, 3);
    for (const [index, step] of whole.entries())
      if (typeof step === 'string') assert.equal(steps[index], step);
      else assert.match(steps[index] ?? '', step);
  }
});

it('installs by each lock file with its own tool, in the version that the project or the format of the file names', async () => {
  const cases: [Record<string, string>, RegExp][] = [
    [{ 'npm-shrinkwrap.json': '{}' }, /^npm ci --omit=dev/],
    [
      { 'yarn.lock': '# yarn lockfile v1\n' },
      / yarn@1\.22\.22\n.*yarn install --frozen-lockfile .*--production/s,
    ],
    [
      { 'yarn.lock': '__metadata:\n  version: 6\n' },
      /cli-dist@3\.\d+\.\d+\n.*yarn install --immutable --mode=skip-build .*without\.mjs devDependencies yarn install/s,
    ],
    [
      { 'yarn.lock': '__metadata:\n  version: 8\n' },
      /cli-dist@4\.\d+\.\d+\n.*yarn install --immutable --mode=skip-build .*without\.mjs devDependencies yarn install/s,
    ],
    [
      { 'pnpm-lock.yaml': 'lockfileVersion: 5.4\n' },
      / pnpm@7\.\d+\.\d+\n.*pnpm install --frozen-lockfile .*--prod/s,
    ],
    [{ 'pnpm-lock.yaml': "lockfileVersion: '6.0'\n" }, / pnpm@8\.\d+\.\d+\n/],
    [{ 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" }, / pnpm@10\.\d+\.\d+\n/],
    [{ 'bun.lock': '{}' }, / bun@1\.\d+\.\d+\n.*bun install --frozen-lockfile --production/s],
    [
      {
        'package.json': '{ "packageManager": "pnpm@9.1.0+sha512.ab" }',
        'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
      },
      / pnpm@9\.1\.0\n/,
    ],
    [
      { 'package.json': '{ "packageManager": "yarn@4.9.1" }' },
      /cli-dist@4\.9\.1\n.*without\.mjs devDependencies yarn install/s,
    ],
  ];
  for (const [files, expected] of cases)
    assert.match(
      (await stepsOf({ 'package.json': '{}', ...files }))
        .slice(0, -1)
        .join('\n')
        .replace(/^COPY.*\n/gm, ''),
      expected,
    );
});

it('says which of two lock files is used, and refuses what can not be installed', async () => {
  const both = { 'index.js': MODULE, 'yarn.lock': '', 'package-lock.json': '{}' };
  const say = async (manifest: string): Promise<string> =>
    (await builtOf({ ...both, 'package.json': manifest })).warnings.join();
  assert.match(
    await say('{}'),
    /^FOLDER\/package\.json: package-lock\.json is used, and not yarn\.lock; remove/,
  );
  assert.match(
    await say('{ "packageManager": "yarn@1.22.22" }'),
    /: yarn\.lock is used, and not package-lock\.json/,
  );
  assert.match(
    await say('{ "packageManager": "bun@1.2.0" }'),
    /: package-lock\.json is used, and not yarn\.lock/,
  );
  for (const [manifest, message] of [
    [
      '{ "packageManager": "pnpm@latest" }',
      /package\.json: "packageManager" is "pnpm@latest"; it must be npm, pnpm/,
    ],
    [
      '{ "dependencies": { "a": "file:../a" } }',
      /package\.json: "file:\.\.\/a" is outside of the funko's folder/,
    ],
  ] as const)
    await assert.rejects(dockerfileOf({ 'package.json': manifest }), { code: 'bad_context', message });
});

it('refuses what is no name of a package', async () => {
  for (const name of ['"a; rm -rf /"', '"-o"', 'Make']) {
    await assert.rejects(dockerfileOf({}, `options:\n  ship_packages: [${name}]\n`), {
      code: 'bad_manifest',
      message: /funko\.yml:4:19: options\.ship_packages\.0 is .*; it must be the name of a Debian package/,
    });
  }
});

/** The IDs of the secrets that the last RUN mounts, behind those that each has. */
async function secretsOf(files: Record<string, string>, options = ''): Promise<string[]> {
  const text = await dockerfileOf({ 'package.json': '{}', ...files }, options);
  const run = text.slice(text.lastIndexOf('\nRUN'));
  const ids = [...run.matchAll(/--mount=type=secret,id=([^, ]+)/g)].map(([, id]) => id ?? '');
  assert.deepEqual(ids.slice(0, 5), ['npmrc', 'yarnrc.yml', 'netrc', 'NPM_TOKEN', 'NODE_AUTH_TOKEN']);
  return ids.slice(5);
}

it('mounts the secrets that settings of the project name, and no part of a value', async () => {
  assert.deepEqual(await secretsOf({}), []);
  const npmrc = '//a/:_authToken=${NPM_TOKEN}\n//b/:_password=${B_PASS?}${C-none}$D\n//${E:-e}/:x=pa${s w}\n';
  assert.deepEqual(await secretsOf({ '.npmrc': npmrc }), ['B_PASS', 'C', 'E']);
  const yarn = { 'yarn.lock': '__metadata:\n  version: 8\n', '.yarnrc.yml': 'npmAuthToken: "${YARN:-}"\n' };
  assert.deepEqual(await secretsOf(yarn), ['YARN']);
  const bun = {
    'bun.lock': '{}',
    'bunfig.toml': '[install.scopes]\na = { token = "$BUN", password = "x$y" }\n',
  };
  assert.deepEqual(await secretsOf(bun), ['BUN']);
  assert.deepEqual(await secretsOf({}, 'options: { build_secrets: [SENTRY] }\n'), ['SENTRY']);
});
