// The Debian packages of PHP's extensions.

const VERSION = '8.4';
/** Extensions that PHP itself has, or that are in a package which every image has. */
const ALWAYS = new Set(
  `calendar core ctype date exif ffi fileinfo filter ftp gettext hash iconv json libxml openssl pcntl pcre pdo phar posix random readline
   reflection session shmop sockets sodium spl standard sysvmsg sysvsem sysvshm tokenizer zend-opcache opcache zlib`.split(/\s+/),
);
/** Those whose package has another name; the others are called like their extension. */
const ELSEWHERE = {
  dom: 'xml',
  mysqli: 'mysql',
  mysqlnd: 'mysql',
  pdo_dblib: 'sybase',
  pdo_firebird: 'interbase',
  pdo_mysql: 'mysql',
  pdo_odbc: 'odbc',
  pdo_pgsql: 'pgsql',
  pdo_sqlite: 'sqlite3',
  simplexml: 'xml',
  xmlreader: 'xml',
  xmlwriter: 'xml',
  xsl: 'xml',
};
/** What reaches a database by a driver that no package requires. */
const WITH_DATABASE = ['laravel/framework', 'laravel/lumen-framework', 'illuminate/database', 'doctrine/dbal', 'doctrine/orm', 'doctrine/doctrine-bundle'];
const DRIVERS = { sqlite: 'sqlite3', mysql: 'mysql', mariadb: 'mysql', pgsql: 'pgsql', postgres: 'pgsql', postgresql: 'pgsql' };
const DRIVER = /^\s*(?:DB_CONNECTION\s*=\s*["']?|\w*DATABASE_URL\s*=\s*["']?(?:pdo[-_])?)([a-z]+)/gm;

/** The Debian packages of the extensions that packages require, and of the drivers of the databases that are named. */
export function extensionPackages(data, composer) {
  if (!composer) return [];
  const named = composer.extensions.filter((name) => !ALWAYS.has(name)).map((name) => ELSEWHERE[name] ?? name.replaceAll('_', '-'));
  return [...new Set([...named, ...driversOf(data, composer)])].map((name) => `php${VERSION}-${name}`);
}

function driversOf({ text, files }, { names }) {
  if (!WITH_DATABASE.some((name) => names.has(name))) return [];
  const settings = files.filter((file) => /^\.env(\.|$)/.test(file) && !/\.(dev|test|testing)(\.|$)/.test(file));
  const found = settings.flatMap((file) => [...(text(file) ?? '').matchAll(DRIVER)].map(([, name]) => DRIVERS[name]));
  const drivers = found.filter((name) => name !== undefined);
  // Laravel's own default.
  return drivers.length > 0 || !names.has('laravel/framework') ? drivers : ['sqlite3'];
}
