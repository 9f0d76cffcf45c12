/** How the runtime `ruby` installs a funko's gems, and what it makes of a Rails application. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtWith, open } from '../../support/builder/contexts.ts';
import { namesOf, tempFolder } from '../../support/builder/folders.ts';

const APP = { 'config.ru': '' };
const RAILS = {
  ...APP,
  'config/application.rb': '',
  'bin/rails': '',
  Gemfile: 'gem "rails"\ngem "puma"\ngem "propshaft"\ngem "bootsnap"\n',
};

/** The instructions of the Dockerfile, each on one line; without secrets and caches. */
async function linesOf(files: Record<string, string>, options = ''): Promise<string[]> {
  const { text } = await builtWith('ruby', { ...APP, ...files }, options);
  const plain = text
    .replaceAll(/ *\\\n */g, ' ')
    .replaceAll(/--mount=\S+ +|for secret in .*?; done +&& /g, '');
  return plain.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** The Debian packages of each step that installs some, without those that all images have. */
async function packagesOf(files: Record<string, string>, options = ''): Promise<string[]> {
  const lines = await linesOf(files, options);
  return lines.flatMap((line) => /--no-install-recommends (.*)$/.exec(line)?.[1] ?? []).slice(1);
}

async function refusalOf(files: Record<string, string>): Promise<string> {
  return String(await builtWith('ruby', { ...APP, ...files }).catch((thrown: unknown) => thrown));
}

const TOOLCHAIN = 'ca-certificates ruby-dev gcc g++ make pkg-config libyaml-dev zlib1g-dev';

it('installs by gems.rb and gems.locked as by Gemfile and Gemfile.lock', async () => {
  for (const [gemfile, lockfile] of [
    ['Gemfile', 'Gemfile.lock'],
    ['gems.rb', 'gems.locked'],
  ] as const) {
    const lines = await linesOf({ [gemfile]: 'gem "puma"\n', [lockfile]: '', '.ruby-version': '' });
    assert.ok(lines.includes(`COPY ${gemfile} ${lockfile} .ruby-version ./`), lines.join('\n'));
    assert.ok(lines.includes(`RUN HOME=/root sh .runtime/bundle.sh ${gemfile} ${lockfile}`));
    assert.ok(lines.some((line) => line.includes(`BUNDLE_GEMFILE=/funko/${gemfile} `)));
    assert.ok(lines.includes(`COPY --from=dependencies /funko/${lockfile} ./`));
  }
});

it('adds Puma to a bundle without it', async () => {
  const without = await linesOf({ Gemfile: 'gem "sinatra"\n# gem "puma"\n' });
  assert.ok(without.some((line) => line.includes('BUNDLE_GEMFILE=/opt/gems/Gemfile ')));
  const locked = await linesOf({ Gemfile: 'gemspec\n', 'Gemfile.lock': 'GEM\n  specs:\n    puma (6.0)\n' });
  assert.ok(locked.some((line) => line.includes('BUNDLE_GEMFILE=/funko/Gemfile ')));
});

it('copies gems of the folder, and other files that the Gemfile reads', async () => {
  const files = {
    Gemfile:
      'eval_gemfile "gemfiles/web.rb"\ngem "a", path: "lib/a"\n# gem "x", path: "x"\npath "engines" do\n  gem "b"\nend\n',
    'gemfiles/web.rb': 'gem "c", :path => "c"\n',
    'Gemfile.lock': 'PATH\n  remote: lib/d\n  specs:\n    d (0.1)\n\nGEM\n  remote: https://rubygems.org/\n',
    ...{ 'lib/a/a.gemspec': '', 'engines/b/b.gemspec': '', 'c/c.gemspec': '', 'lib/d/d.gemspec': '' },
    'vendor/cache/e.gem': '',
  };
  const lines = await linesOf(files);
  const copied = lines.filter((line) => line.startsWith('COPY') && !line.includes('--from'));
  assert.deepEqual(copied, [
    'COPY Gemfile Gemfile.lock ./',
    'COPY gemfiles/web.rb ./gemfiles/',
    ...['lib/a', 'c', 'engines', 'lib/d', 'vendor/cache'].map((path) => `COPY ${path} ${path}`),
    'COPY .runtime/bundle.sh .runtime/',
    'COPY . .',
  ]);
  const whole = await linesOf({ Gemfile: 'gemspec\n', 'x.gemspec': '' });
  assert.equal(whole.filter((line) => line === 'COPY . .').length, 2);
});

it('copies what has any name', async () => {
  const files = { Gemfile: 'eval_gemfile "my gems/web.rb"\ngem "a", path: "lib/my $(a)"\n', 'my gems/web.rb': '', 'lib/my $(a)/a.rb': '' };
  const copies = (await linesOf(files)).filter((line) => line.startsWith('COPY'));
  assert.deepEqual(copies.slice(0, 3), [
    'COPY Gemfile ./',
    'COPY ["my gems/web.rb","./my gems/"]',
    'COPY ["lib/my $(a)","lib/my $(a)"]',
  ]);
});

it('copies the folder of gems whose paths the Gemfile puts together', async () => {
  const copiesOf = async (path: string): Promise<string[]> => {
    const gemfile = `gem "puma"\n%w[a b].each { |name| gem name, path: "${path}" }\n`;
    const lines = await linesOf({ Gemfile: gemfile, 'engines/a/a.gemspec': '', 'engines/b/b.gemspec': '' });
    return lines.filter((line) => /^COPY (?!--from|\.runtime)/.test(line)).slice(0, -1);
  };
  assert.deepEqual(await copiesOf('engines/#{name}'), ['COPY Gemfile ./', 'COPY engines engines']);
  assert.deepEqual(await copiesOf('engines/x-#{name}/#{name}'), ['COPY Gemfile ./', 'COPY engines engines']);
  for (const path of ['#{name}', '#{__dir__}/engines/a', 'x#{name}'])
    assert.deepEqual(await copiesOf(path), ['COPY . .'], path);
  assert.match(await refusalOf({ Gemfile: 'gem "a", path: "../#{name}"\n' }), /is outside of the funko's folder/);
});

it('refuses gems that are not in the folder', async () => {
  assert.match(
    await refusalOf({ Gemfile: 'gem "a", path: "../a"\n' }),
    /Gemfile: "\.\.\/a" is outside of the funko's folder/,
  );
  assert.match(
    await refusalOf({ Gemfile: 'gem "a", path: "a"\n' }),
    /Gemfile: "a" is not in the funko's folder; add it/,
  );
});

it('installs the Debian packages that gems need, and no compiler where gems are Debian’s own', async () => {
  assert.deepEqual(await packagesOf({ Gemfile: 'gem "sinatra"\n' }), ['bundler', TOOLCHAIN]);
  assert.deepEqual(
    await packagesOf({ Gemfile: 'gem "pg"\ngem "activesupport"\n', 'Gemfile.lock': '    tzinfo (2.0)\n' }),
    ['bundler tzdata', `${TOOLCHAIN} libpq-dev`],
  );
  assert.deepEqual(await packagesOf({ Gemfile: 'gem "a", github: "x/a"\n' }), [
    'bundler',
    `${TOOLCHAIN} git`,
  ]);
  const debian = 'options: { ship_packages: [ruby-pg] }\n';
  assert.deepEqual(await packagesOf({ Gemfile: 'gem "pg"\n' }, debian), ['bundler ruby-pg']);
  const asking = { Gemfile: 'gemspec\n', 'a.gemspec': '`git ls-files`' };
  assert.deepEqual(await packagesOf(asking), ['bundler git', TOOLCHAIN]);
  assert.deepEqual(await packagesOf({}), []);
});

it('compiles the assets of a Rails application, and lets it write to its folders', async () => {
  const lines = await linesOf(RAILS);
  assert.ok(
    lines.includes(
      "RUN export SECRET_KEY_BASE_DUMMY=1 && sh .runtime/rails-build.sh assets bootsnap && rm -rf vendor/cache && mkdir -p 'db' 'log' 'storage' 'tmp' && chown -R 1000:1000 'db' 'log' 'storage' 'tmp'",
    ),
    lines.join('\n'),
  );
  assert.equal(lines.at(-5), 'COPY --from=built /funko ./');
  assert.ok(
    lines.some((line) => line.includes('RAILS_ENV=production ') && line.includes('RAILS_MAX_THREADS=8')),
  );
  const api = await linesOf({ ...RAILS, Gemfile: 'gem "rails"\n' });
  assert.ok(!api.some((line) => line.includes('rails-build')));
  assert.equal(
    api.at(-5),
    "RUN mkdir -p 'db' 'log' 'storage' 'tmp' && chown -R 1000:1000 'db' 'log' 'storage' 'tmp'",
  );
});

it('runs a command of one’s own in the build, and makes folders writable', async () => {
  const lines = await linesOf({}, 'options: { build: rake assets, writable: [uploads, var/log] }\n');
  assert.ok(
    lines.includes(
      "RUN export SECRET_KEY_BASE_DUMMY=1 && rake assets && rm -rf vendor/cache && mkdir -p 'uploads' 'var/log' && chown -R 1000:1000 'uploads' 'var/log'",
    ),
    lines.join('\n'),
  );
});

it('takes the assets that the tools of the runtime node made', async () => {
  const files = { 'package.json': '{ "scripts": { "build": "esbuild" } }', 'app/assets/builds/.keep': '' };
  const lines = await linesOf({ ...RAILS, ...files }, 'build: { runtime: node }\n');
  assert.ok(lines.includes('COPY --from=build /funko/app/assets/builds app/assets/builds'), lines.join('\n'));
  assert.ok(lines.some((line) => line.includes('SKIP_JS_BUILD=1 SKIP_CSS_BUILD=1')));
  const nowhere = builtWith(
    'ruby',
    { ...APP, 'package.json': files['package.json'] },
    'build: { runtime: node }\n',
  );
  await assert.rejects(nowhere, /there must be a folder public, or app\/assets\/builds/);
});

it('leaves out keys and what development leaves behind', async () => {
  const sent = { 'config/credentials.yml.enc': '', 'storage/.keep': '', 'tmp/.keep': '' };
  const kept = {
    'config/master.key': 'k',
    'log/development.log': '',
    'storage/development.sqlite3': '',
    'tmp/cache/x': '',
  };
  await using folder = await tempFolder({
    'funko.yml': 'name: a\nruntime: ruby\n',
    ...RAILS,
    ...sent,
    ...kept,
  });
  const { tar } = await open(folder);
  const names = new Set(await namesOf(tar));
  assert.deepEqual(
    [...Object.keys(sent), ...Object.keys(kept)].filter((name) => names.has(name)),
    Object.keys(sent),
  );
});
