import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { imageOf, runOfDebian, withPackages } from '../debian.ts';
import { writeFiles } from '../files.ts';
import type { Project } from '../project.ts';
import { COMPOSER, FILES } from '../symfony/skeleton.ts';

const EXTENSIONS = ['php8.4-intl', 'php8.4-mbstring', 'php8.4-xml'];
const BUNDLES = ['framework-bundle', 'twig-bundle', 'asset', 'asset-mapper', 'runtime', 'dotenv', 'yaml'];
const PACKAGES = ['composer', 'unzip', ...EXTENSIONS, ...BUNDLES.map((name) => `php-symfony-${name}`)];
const STAND_IN = join(import.meta.dirname, '../symfony/packages.php');
/** Packagist is not in reach: Composer's packages are made of Debian's. */
const INSTALL = `
export HOME=/tmp COMPOSER_HOME=/tmp/packages
php packages.php /tmp/packages composer.json
composer install --no-interaction --no-progress
rm -rf packages.php var
`;
const BUILD =
  'composer install --no-dev --optimize-autoloader && php bin/console asset-map:compile && php bin/console cache:clear';
const IN_CONTAINER = `docker run --rm --volume "$PWD:/project" --workdir /project --env APP_ENV=prod --env COMPOSER_ALLOW_SUPERUSER=1 ${imageOf(PACKAGES)}`;

export const project: Project = {
  title: 'Symfony',
  madeBy: "symfony/skeleton with Twig and AssetMapper, Debian's php-symfony 6.4",
  make: async (folder) => {
    await mkdir(folder);
    // As the docs of the runtime php say for packages that come with the project.
    await writeFiles(folder, {
      ...{ ...FILES, 'composer.json': JSON.stringify(COMPOSER), '.dockerignore': '**/.git\n/var\n' },
    });
    await cp(STAND_IN, join(folder, 'packages.php'));
    await runOfDebian(folder, PACKAGES, 'sh', '-ec', INSTALL);
  },
  page: { path: '/', text: 'Welcome to Symfony' },
  asset: /^\/assets\/styles\/app-\w+\.css$/,
  change: {
    file: 'src/Controller/HomeController.php',
    from: 'Welcome to Symfony',
    to: 'Welcome to FaaSO',
    text: 'Welcome to FaaSO',
  },
  own: { build: ['sh', '-c', `${IN_CONTAINER} sh -ec '${BUILD}'`] },
  advice: {
    dockerfile: `${withPackages('php8.4-fpm', 'nginx', ...EXTENSIONS)}WORKDIR /app
ENV APP_ENV=prod
COPY . .
RUN php bin/console asset-map:compile && php bin/console cache:warmup
CMD ["php-fpm8.4", "--nodaemonize"]
`,
    dockerignore: '.git\nvar\n',
  },
};
