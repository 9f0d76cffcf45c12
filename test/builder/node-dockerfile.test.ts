/** The Dockerfile that the runtime `node` makes. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { open } from './contexts.ts';
import { entriesOf, tempFolder } from './folders.ts';

const MODULE = 'export default () => {};\n';

async function dockerfileOf(files: Record<string, string>, options = ''): Promise<string> {
  await using folder = await tempFolder({
    'funko.yml': `name: hello\nruntime: node\n${options}`,
    'index.js': MODULE,
    ...files,
  });
  const entries = await entriesOf((await open(folder)).tar);
  return entries.find(({ header }) => header.name === 'Dockerfile')?.text ?? '';
}

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
  assert.match(last, /^FROM base\nCOPY --from=dependencies \/funko\/node_modules node_modules\nCOPY \. \.$/m);
});

it('refuses what is no name of a package', async () => {
  for (const name of ['"a; rm -rf /"', '"-o"', 'Make']) {
    await assert.rejects(dockerfileOf({}, `options:\n  ship_packages: [${name}]\n`), {
      code: 'bad_manifest',
      message: /funko\.yml:4:19: options\.ship_packages\.0 is .*; it must be the name of a Debian package/,
    });
  }
});
