// What is served, and what the layouts of frameworks need beside it.

/** Where frameworks have their front controller, in this order. */
const ROOTS = ['public', 'web', 'www', 'htdocs', 'html', 'docroot', 'webroot', 'pub', 'public_html'];

/** The folder whose files are served. */
export function rootOf({ options, has }) {
  if (options.root !== '') return options.root;
  return ROOTS.find((folder) => has(`${folder}/index.php`)) ?? (has('index.php') ? '.' : 'public');
}

/**
 * `variables`: of the image's environment; `build`: the commands that the image is made with; `writable`: folders that the program may
 * write to; `hasPrefix`: whether the program finds the proxy's prefix in `SCRIPT_NAME`, as below a folder of a server.
 */
export function layoutOf(data, composer) {
  const { options, has } = data;
  const known = [laravel, symfony].map((layout) => layout(data, composer)).find((layout) => layout !== undefined);
  const { variables = [], build = [], writable = [] } = known ?? {};
  return {
    variables,
    build: [...build, ...(options.build === '' ? [] : [options.build])],
    writable: options.writable.length > 0 ? options.writable : writable,
    hasPrefix: composer !== undefined && (known !== undefined || composer.names.has('symfony/http-foundation') || has('src/Kernel.php')),
  };
}

function laravel({ has, files }) {
  if (!has('artisan') || !has('bootstrap/app.php')) return undefined;
  const links = files.some((file) => file.startsWith('storage/app/public/'));
  return {
    variables: ['APP_ENV=production APP_DEBUG=false LOG_CHANNEL=stderr'],
    // What `php artisan storage:link` does.
    build: links ? ['{ [ -e public/storage ] || ln -sfn ../storage/app/public public/storage; }'] : [],
    writable: ['storage', 'bootstrap/cache'],
  };
}

function symfony({ has }, composer) {
  if (!has('bin/console') || !has('config/bundles.php')) return undefined;
  const console = 'php bin/console --no-interaction';
  return {
    variables: ['APP_ENV=prod APP_DEBUG=0'],
    build: [
      ...(composer?.names.has('symfony/asset-mapper') ? [`${console} asset-map:compile`] : []),
      `${console} cache:warmup`,
    ],
    writable: ['var'],
  };
}
