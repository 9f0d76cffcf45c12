/** Which build secrets the steps of each runtime mount. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { openContext } from '../../../../src/builder/context.ts';
import { RUNTIMES, tempFolder } from '../../../support/builder/folders.ts';

const GEMFILE = `source "https://gems.my-company.com"
gem "x", source: "https://#{ENV['A_TOKEN']}:#{ENV.fetch("B_TOKEN")}@gems.example.com"
`;
const REQUIREMENTS =
  '--index-url https://${A_USER}:${A_TOKEN}@pypi.example.com/simple\nflask # ${lower}\n-r more/base.txt\n';

const CASES: Record<string, { files: Record<string, string>; options?: string; ids: string[] }> = {
  python: {
    files: {
      'app.py': '',
      'requirements.txt': REQUIREMENTS,
      'more/base.txt': '--index-url ${C}',
      'requirements-dev.txt': '--index-url ${NOT_READ}',
    },
    ids: ['pip.conf', 'netrc', 'PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'A_USER', 'A_TOKEN', 'C'],
  },
  ruby: {
    files: { 'config.ru': '', Gemfile: GEMFILE },
    ids: ['bundle-config', 'netrc', 'A_TOKEN', 'B_TOKEN', 'BUNDLE_GEMS__MY___COMPANY__COM'],
  },
  php: {
    files: { 'public/index.php': '', 'index.php': '', 'composer.json': '{}' },
    ids: ['auth.json', 'netrc', 'COMPOSER_AUTH'],
  },
  go: {
    files: { 'handler.go': '', 'go.mod': 'module x\n', 'go.sum': '' },
    ids: ['netrc', 'GOPROXY', 'GOPRIVATE'],
  },
  java: { files: { 'pom.xml': '' }, ids: ['netrc', 'settings.xml', 'gradle.properties'] },
  rust: {
    files: { 'Cargo.toml': '', '.cargo/config.toml': '[registries.my-own]\nindex = "sparse+https://a/"\n' },
    ids: ['netrc', 'credentials.toml', 'CARGO_REGISTRIES_MY_OWN_TOKEN'],
  },
  crystal: { files: { 'app.cr': '', 'shard.yml': '' }, ids: ['netrc'] },
  shell: {
    files: { 'main.sh': '', 'handler.sh': '', 'dependencies.sh': 'curl -H @/run/secrets/A_HEADER x\n' },
    ids: ['netrc', 'A_HEADER'],
  },
  static: {
    files: { 'public/index.html': '' },
    options: 'options: { root: public, build: "cat /run/secrets/A_TOKEN" }\n',
    ids: ['npmrc', 'netrc', 'A_TOKEN'],
  },
};

for (const [runtime, { files, options = '', ids }] of Object.entries(CASES)) {
  it(`mounts what installing in the runtime ${runtime} may need`, async () => {
    const manifest = `name: a\nruntime: ${runtime}\n${options}`;
    assert.deepEqual(await mounted({ ...files, 'funko.yml': manifest }), ids);
  });
}

it('sets the variables that the mounted secrets name, and passes over what is no name of one', async () => {
  await using secrets = await tempFolder({ TOKEN: 'right', '1ST': 'x', 'pip.conf': 'x', 'A-B': 'x' });
  await using ruby = await tempFolder({
    'funko.yml': 'name: demo\nruntime: ruby\n',
    'config.ru': '',
    Gemfile: '',
    'Gemfile.lock': '',
  });
  const { tar, dockerfile = '' } = await openContext({ folder: ruby.path, runtimesFolder: RUNTIMES });
  tar.destroy();
  const loop = /for secret in .*; done/.exec(dockerfile)?.[0] ?? '';
  const files = ['node/.runtime/build-secrets.sh', 'python/.runtime/install.sh'];
  const sourced = await Promise.all(files.map((file) => readFile(join(RUNTIMES, file), 'utf8')));
  for (const script of [loop, ...sourced]) {
    const own = script.replaceAll('/run/secrets', secrets.path);
    assert.equal(execFileSync('sh', ['-euc', `${own}\necho "$TOKEN"`], { encoding: 'utf8' }), 'right\n');
  }
});

/** The IDs of the secrets in the Dockerfile, each once. */
async function mounted(files: Record<string, string>): Promise<string[]> {
  await using folder = await tempFolder(files);
  const { tar, dockerfile = '' } = await openContext({ folder: folder.path, runtimesFolder: RUNTIMES });
  tar.destroy();
  return [
    ...new Set([...dockerfile.matchAll(/--mount=type=secret,id=([^, \n]+)/g)].map(([, id]) => id ?? '')),
  ];
}
