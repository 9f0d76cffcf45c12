/** What funko.yml says of projects in Ruby and PHP that nobody wrote one for. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parse } from 'yaml';
import { guessRuntimes } from '../../../../src/builder/detect/detect.ts';
import { listRuntimes } from '../../../../src/builder/runtime/runtime.ts';
import { manifestText } from '../../../../src/builder/write-manifest.ts';
import { parseManifest } from '../../../../src/funko/manifest/manifest.ts';
import { RUNTIMES, tempFolder } from '../../../support/builder/folders.ts';

async function manifestOf(files: Record<string, string>): Promise<unknown> {
  await using folder = await tempFolder(files);
  const [guess] = await guessRuntimes(folder.path, await listRuntimes(RUNTIMES));
  assert.ok(guess);
  const text = manifestText(folder.path, 'shop', guess);
  parseManifest(text, 'funko.yml');
  const { name, ...rest } = parse(text) as Record<string, unknown>;
  assert.equal(name, 'shop');
  return rest;
}

const RAILS = { Gemfile: 'gem "rails"\n', 'config.ru': '', 'bin/rails': '', 'config/application.rb': '' };
const SSL = { 'config/environments/production.rb': 'x do\n  config.force_ssl = true\nend\n' };
const KEY = { generated_secrets: { SECRET_KEY_BASE: 128 } };
const SQLITE =
  'default: &default\n  adapter: sqlite3\n\ntest:\n  database: storage/test.sqlite3\n\nproduction:\n';

it('knows a Rails application, its database, and whether it redirects to HTTPS', async () => {
  assert.deepEqual(await manifestOf(RAILS), { runtime: 'ruby', ...KEY });
  const release = { release: 'bundle exec rails db:prepare' };
  const storage = { volumes: { storage: '/funko/storage' } };
  const url = { env: { DATABASE_URL: 'sqlite3:storage/production.sqlite3' } };
  assert.deepEqual(
    await manifestOf({ ...RAILS, ...SSL, 'config/database.yml': `${SQLITE}  # database: x\n` }),
    {
      runtime: 'ruby',
      options: { plain_http: true },
      ...{ ...release, ...KEY, ...storage, ...url },
    },
  );
  const named = `${SQLITE}  primary:\n    database: storage/production.sqlite3\n`;
  assert.deepEqual(await manifestOf({ ...RAILS, 'config/database.yml': named }), {
    runtime: 'ruby',
    ...{ ...release, ...KEY, ...storage },
  });
  const postgres = { 'config/database.yml': 'default:\n  adapter: postgresql\n', 'config/storage.yml': '' };
  assert.deepEqual(await manifestOf({ ...RAILS, ...SSL, ...postgres }), {
    runtime: 'ruby',
    options: { plain_http: true },
    ...{ ...release, ...KEY, ...storage, secrets: ['DATABASE_URL'] },
  });
});

it('knows other programs in Ruby', async () => {
  assert.deepEqual(await manifestOf({ 'gems.rb': '', 'config.ru': '' }), { runtime: 'ruby' });
  assert.deepEqual(await manifestOf({ Gemfile: '', 'app.rb': '' }), { runtime: 'ruby' });
  assert.deepEqual(await manifestOf({ Gemfile: '', 'hello.rb': '' }), {
    runtime: 'ruby',
    options: { entry: 'hello.rb' },
  });
  assert.deepEqual(await manifestOf({ 'hello.rb': '' }), { runtime: 'ruby', options: { entry: 'hello.rb' } });
  assert.deepEqual(await manifestOf({ 'server.rb': '' }), { runtime: 'ruby' });
});

const LARAVEL = { artisan: '', 'bootstrap/app.php': '', 'composer.json': '{}', 'public/index.php': '' };
const SYMFONY = {
  'bin/console': '',
  'config/bundles.php': '',
  'composer.json': '{}',
  'public/index.php': '',
};

it('knows an application of Laravel and its database', async () => {
  const common = {
    runtime: 'php',
    release: 'php artisan migrate --force',
    generated_secrets: { APP_KEY: 32 },
    volumes: { app: '/funko/storage/app' },
  };
  const sqlite = { env: { DB_DATABASE: '/funko/storage/app/database.sqlite' } };
  assert.deepEqual(
    await manifestOf({
      ...LARAVEL,
      '.env': 'DB_CONNECTION=sqlite\n',
      'package.json': '{ "scripts": { "build": "vite build" } }',
    }),
    {
      ...common,
      build: { runtime: 'node' },
      ...sqlite,
    },
  );
  assert.deepEqual(await manifestOf({ ...LARAVEL, '.env.example': 'DB_CONNECTION=pgsql\n' }), {
    ...common,
    env: { DB_CONNECTION: 'pgsql' },
    secrets: ['DB_URL'],
  });
});

it('knows an application of Symfony and its database', async () => {
  const common = { runtime: 'php', generated_secrets: { APP_SECRET: 32 } };
  const release = { release: 'php bin/console doctrine:migrations:migrate --no-interaction' };
  assert.deepEqual(await manifestOf(SYMFONY), common);
  const postgres = {
    '.env': 'DATABASE_URL="postgresql://app@127.0.0.1/app"\n',
    'migrations/Version1.php': '',
  };
  assert.deepEqual(await manifestOf({ ...SYMFONY, ...postgres }), {
    ...{ ...common, ...release },
    secrets: ['DATABASE_URL'],
  });
  const sqlite = {
    '.env': '# DATABASE_URL="mysql://x"\nDATABASE_URL="sqlite:///%kernel.project_dir%/var/data.db"\n',
  };
  assert.deepEqual(await manifestOf({ ...SYMFONY, ...sqlite }), {
    ...common,
    env: { DATABASE_URL: 'sqlite:////funko/data/app.db' },
    volumes: { data: '/funko/data' },
  });
});

it('knows other sites in PHP', async () => {
  assert.deepEqual(await manifestOf({ 'composer.json': '{}', 'web/index.php': '' }), { runtime: 'php' });
  assert.deepEqual(await manifestOf({ 'index.php': '', 'admin/index.php': '' }), { runtime: 'php' });
  const wordpress = { 'index.php': '', 'wp-includes/version.php': '', 'wp-admin/index.php': '' };
  const { volumes } = (await manifestOf(wordpress)) as { volumes?: unknown };
  assert.deepEqual(volumes, { uploads: '/funko/wp-content/uploads' });
  assert.deepEqual(await manifestOf({ 'site/index.php': '' }), { runtime: 'php', options: { root: 'site' } });
});
