/** How the runtime `php` installs a funko's packages and extensions, and what it makes of the layouts of frameworks. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtWith } from '../../support/builder/contexts.ts';

const SITE = { 'public/index.php': '' };

/** The instructions of the Dockerfile, each on one line; without secrets and caches. */
async function linesOf(files: Record<string, string>, options = ''): Promise<string[]> {
  const { text } = await builtWith('php', { ...SITE, ...files }, options);
  const plain = text
    .replaceAll(/ *\\\n */g, ' ')
    .replaceAll(/--mount=\S+ +|for secret in .*?; done +&& /g, '');
  return plain.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

const composer = (manifest: object): Record<string, string> => ({
  'composer.json': JSON.stringify(manifest),
});

/** The extensions that are installed, as far as Debian has them. */
async function extensionsOf(files: Record<string, string>): Promise<string[]> {
  const found = (await linesOf(files)).flatMap(
    (line) => /\$\(for package in (.*); do ! apt-cache/.exec(line)?.[1] ?? [],
  );
  return found.flatMap((names) => names.split(' '));
}

async function refusalOf(files: Record<string, string>): Promise<string> {
  return String(await builtWith('php', { ...SITE, ...files }).catch((thrown: unknown) => thrown));
}

it('installs into vendor-dir, then runs scripts and makes the autoloader with the whole folder there', async () => {
  const lines = await linesOf(composer({ config: { 'vendor-dir': 'lib/vendor/' } }));
  assert.deepEqual(lines.slice(lines.findIndex((line) => line.endsWith('AS dependencies')) + 3), [
    'COPY composer.json ./',
    'COPY .runtime/composer.sh .runtime/',
    'RUN bash .runtime/composer.sh fetch lib/vendor',
    'FROM dependencies AS built',
    'COPY . .',
    'RUN bash .runtime/composer.sh finish lib/vendor',
    'FROM base',
    'COPY --from=dependencies /funko/lib/vendor lib/vendor',
    'COPY --from=built /funko ./',
    'ENV PHP_INI_SCAN_DIR=:/funko/.runtime/php',
    'USER 1000:1000',
    'EXPOSE 3000',
    'CMD ["bash",".runtime/serve.sh"]',
  ]);
  const outside = composer({ config: { 'vendor-dir': '../vendor' } });
  assert.match(
    await refusalOf(outside),
    /config\.vendor-dir is "\.\.\/vendor"; it must be the path of a folder/,
  );
});

it('takes packages that come with the funko, and fetches nothing for them without a lock file', async () => {
  // The runtime's own .dockerignore leaves vendor out.
  const vendored = { 'vendor/composer/installed.json': '{}', '.dockerignore': '' };
  const without = await linesOf({ ...composer({}), ...vendored });
  assert.ok(without.includes('COPY vendor vendor'));
  assert.ok(!without.some((line) => line.includes('composer.sh fetch')));
  const locked = await linesOf({ ...composer({}), ...vendored, 'composer.lock': '{}' });
  assert.ok(locked.includes('RUN bash .runtime/composer.sh fetch vendor'));
  const ignored = await linesOf({ ...composer({}), 'vendor/composer/installed.json': '{}' });
  assert.ok(!ignored.includes('COPY vendor vendor'));
});

it('copies packages of the folder and archives, and refuses those outside', async () => {
  const repositories = [
    ...[
      { type: 'path', url: 'packages/*' },
      { type: 'path', url: './lib/a' },
      { type: 'artifact', url: 'zips' },
    ],
    { type: 'vcs', url: 'https://example.org/a.git' },
  ];
  const files = { 'packages/b/composer.json': '{}', 'lib/a/composer.json': '{}', 'zips/c.zip': '' };
  const lines = await linesOf({ ...composer({ repositories }), ...files });
  assert.deepEqual(
    lines.filter((line) => /^COPY [^.-]/.test(line)),
    ['COPY composer.json ./', 'COPY packages packages', 'COPY lib/a lib/a', 'COPY zips zips'],
  );
  assert.ok(lines.some((line) => line.endsWith('composer unzip php8.4-curl git')));
  const mapped = composer({ repositories: { mine: { type: 'path', url: '../a' }, 'packagist.org': false } });
  assert.match(await refusalOf(mapped), /composer\.json: "\.\.\/a" is outside of the funko's folder/);
});

it('installs the extensions that packages require, and the drivers of the databases that are named', async () => {
  const require = {
    php: '>=8.2',
    'ext-json': '*',
    'ext-PDO_MySQL': '*',
    'ext-simplexml': '*',
    'ext-redis': '*',
  };
  const lock = { packages: [{ name: 'a/b', dist: {}, require: { 'ext-mbstring': '*', 'ext-dom': '*' } }] };
  assert.deepEqual(await extensionsOf({ ...composer({ require }), 'composer.lock': JSON.stringify(lock) }), [
    ...['php8.4-mysql', 'php8.4-xml', 'php8.4-redis', 'php8.4-mbstring'],
  ]);
  const laravel = composer({ require: { 'laravel/framework': '^12.0' } });
  assert.deepEqual(await extensionsOf(laravel), ['php8.4-sqlite3']);
  assert.deepEqual(await extensionsOf({ ...laravel, '.env.example': 'DB_CONNECTION=mariadb\n' }), [
    'php8.4-mysql',
  ]);
  const doctrine = composer({ require: { 'doctrine/orm': '*' } });
  assert.deepEqual(
    await extensionsOf({ ...doctrine, '.env': '#DATABASE_URL=mysql://\nDATABASE_URL="postgresql://a"\n' }),
    ['php8.4-pgsql'],
  );
  assert.deepEqual(await extensionsOf({}), []);
});

it('copies folders with any name', async () => {
  const lines = await linesOf({
    ...composer({ repositories: [{ type: 'path', url: 'my packages/*' }] }),
    'my packages/a/composer.json': '{}',
  });
  assert.ok(lines.includes('COPY ["my packages","my packages"]'), lines.join('\n'));
});

it('looks for no extension whose name is none, and wants a folder for the packages', async () => {
  const names = ['ext-gd', 'ext-$(id)', 'ext-a b', 'ext-gd\nUSER root'];
  const require = Object.fromEntries(names.map((name) => [name, '*']));
  assert.deepEqual(await extensionsOf(composer({ require })), ['php8.4-gd']);
  for (const folder of ['.', './', 'a/./b', '..', 'a b'])
    assert.match(await refusalOf(composer({ config: { 'vendor-dir': folder } })), /vendor-dir is .*must be the path of a folder/);
});

it('refuses a composer.json that is no JSON', async () => {
  assert.match(await refusalOf({ 'composer.json': '{' }), /composer\.json: it is not valid JSON/);
});

it('lets frameworks write to their folders, and prepares them in the build', async () => {
  const laravel = {
    artisan: '',
    'bootstrap/app.php': '',
    'storage/app/public/.gitignore': '',
    ...composer({}),
  };
  const line = (await linesOf(laravel)).find((each) => each.includes('composer.sh finish')) ?? '';
  assert.match(line, /finish vendor '.*ln -sfn \.\.\/storage\/app\/public public\/storage; \}' && mkdir -p/);
  assert.ok(line.endsWith("chown -R 1000:1000 'storage' 'bootstrap/cache'"), line);
  const symfony = {
    ...{ 'bin/console': '', 'config/bundles.php': '' },
    ...composer({ require: { 'symfony/asset-mapper': '*' } }),
  };
  const lines = await linesOf(symfony);
  const console = 'php bin/console --no-interaction';
  assert.ok(
    lines.includes(
      `RUN bash .runtime/composer.sh finish vendor '${console} asset-map:compile' '${console} cache:warmup' && mkdir -p 'var' && chown -R 1000:1000 'var'`,
    ),
    lines.join('\n'),
  );
  assert.ok(lines.some((each) => each.includes('APP_ENV=prod APP_DEBUG=0')));
});

it('runs a command of one’s own in the build, and makes folders writable, without composer, too', async () => {
  const lines = await linesOf({}, 'options: { build: php make.php, writable: [uploads] }\n');
  assert.ok(
    lines.includes("RUN php make.php && mkdir -p 'uploads' && chown -R 1000:1000 'uploads'"),
    lines.join('\n'),
  );
  const quoted = await linesOf(composer({}), `options: { build: "php -r 'echo 1;'" }\n`);
  assert.ok(
    quoted.includes(`RUN bash .runtime/composer.sh finish vendor 'php -r '\\''echo 1;'\\'''`),
    quoted.join('\n'),
  );
});

it('finds the front controller where frameworks have it', async () => {
  const start = async (files: Record<string, string>): Promise<string> =>
    (await builtWith('php', files)).text.split('\n').at(-2) ?? '';
  for (const file of ['web/index.php', 'htdocs/index.php', 'index.php'])
    assert.equal(await start({ [file]: '' }), 'CMD ["bash",".runtime/serve.sh"]', file);
  const heroku = { ...SITE, Procfile: 'web: vendor/bin/heroku-php-apache2 public/\n' };
  assert.equal(await start(heroku), 'CMD ["bash",".runtime/serve.sh"]');
});

it('serves what the tools of the runtime node made', async () => {
  const files = { 'package.json': '{ "scripts": { "build": "vite build" } }' };
  const lines = await linesOf(files, 'build: { runtime: node }\n');
  assert.ok(lines.includes('COPY --from=build /funko/public public'), lines.join('\n'));
  const top = builtWith('php', { ...files, 'index.php': '' }, 'build: { runtime: node }\n');
  await assert.rejects(top, /what is served must be a folder of its own/);
});
