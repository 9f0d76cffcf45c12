/** Programs that miss a package, a module or a library. */
import type { Cause } from './cause.ts';
import { WHOLE_NAME } from './not-built.ts';

const OTHER_SYSTEM =
  'Packages of another system or another Node.js were copied into the image: keep node_modules out of the build (a line in .dockerignore), so that they are installed there.';
const NODE_PACKAGE =
  'The package "$1" is not installed: name it under "dependencies" in package.json (npm install $1). Those under "devDependencies" are not in the image.';
const DEBIAN =
  'name the Debian package that has it under "ship_packages" in funko.yml, or install it in your Dockerfile';
const LIBRARY = `The image has no library $1: ${DEBIAN}.`;

export const MISSING_PACKAGES: readonly Cause[] = [
  {
    pattern: /Cannot find (?:module|package) '?@[\w-]+\/[\w.-]*(?:linux|darwin|win32|freebsd)[\w.-]*/,
    help: OTHER_SYSTEM,
  },
  {
    pattern:
      /You installed esbuild for another platform|invalid ELF header|compiled against a different Node\.js version|Could not load the "sharp" module/,
    help: OTHER_SYSTEM,
  },
  {
    pattern: /Cannot find (?:module|package) '((?:@[^/']+\/)?[^./'@][^/']*)(?:\/[^']*)?'/,
    help: NODE_PACKAGE,
  },
  { pattern: /Cannot find module '(\/[^']+)' imported from (\S+)/, help: WHOLE_NAME },
  {
    pattern: /Cannot find (?:module|package) '(\.{0,2}\/[^']+)'/,
    help: 'The image has no file $1: fix the path, in its own capital and small letters, or take it out of .dockerignore.',
  },
  {
    pattern:
      /sh: (?:\d+: )?(?:exec: )?(nodemon|tsx|ts-node(?:-dev)?|tsc|nest|next|nuxt|nuxi|vite|astro|ng|remix-serve|react-router-serve|react-scripts|webpack|concurrently|cross-env|dotenv|pm2|serve): not found/,
    help: 'The command "$1" is of a package that is not installed: name it under "dependencies" in package.json, since "devDependencies" are not in the image, or start what the build makes without it.',
  },
  {
    pattern: /ModuleNotFoundError: No module named '([^']+)'/,
    help: 'The Python module "$1" is not in the image: name its package in requirements.txt or pyproject.toml, or if it is a file of your own fix its path.',
  },
  {
    pattern:
      /Could not find (gem '[^']+'|\S+-\d[\w.]*)(?:,.*)? in (?:locally installed gems|any of the sources)/,
    help: 'Bundler misses $1: name it in the Gemfile, have "bundle lock" rewrite the Gemfile.lock, and build again.',
  },
  {
    pattern: /cannot load such file -- (\S+)/,
    help: 'Ruby finds no "$1": name its gem in the Gemfile, or if it is a file of your own use require_relative or fix its path.',
  },
  {
    pattern:
      /(\S*vendor\/autoload\.php)\b.*(?:No such file|Failed opening required)|Failed opening required '([^']*vendor\/autoload\.php)'/i,
    help: 'Composer’s packages are not in the image: composer.json and composer.lock must lie at the top of the funko’s folder, and not be in .dockerignore.',
  },
  {
    pattern: /require the following PHP extensions to be installed: (.+?)\.?$/,
    help: 'PHP has not the extensions $1: name their Debian packages under "ship_packages" in funko.yml, e.g. php-intl.',
  },
  {
    pattern: /could not find driver/,
    help: 'PHP has no driver for this database: name its Debian package under "ship_packages" in funko.yml: php-pgsql, php-mysql or php-sqlite3.',
  },
  {
    pattern: /Call to undefined function (\w+)\(\)/,
    help: 'PHP knows no function $1(): if it belongs to an extension, name its Debian package under "ship_packages" in funko.yml, e.g. php-mbstring.',
  },
  {
    pattern: /Class "([^"]+)" not found/,
    help: 'PHP finds no class $1: name its package in composer.json, or its namespace under "autoload" there. If it belongs to an extension, name that under "ship_packages" in funko.yml.',
  },
  { pattern: /error while loading shared libraries: ([^:\s]+): cannot open/, help: LIBRARY },
  { pattern: /\b(lib[\w.+-]+\.so[\w.]*): cannot open shared object file/, help: LIBRARY },
  {
    pattern: /version `((?:GLIBC|GLIBCXX|CXXABI)_[\w.]+)' not found/,
    help: 'The program was built on a newer system than the image’s (it wants $1): build it in the image, or link it statically.',
  },
  {
    pattern: /(?:ClassNotFoundException|NoClassDefFoundError): ([\w./$]+)/,
    help: 'Java finds no class $1: its jar must be in the class path, or in the jar with all dependencies.',
  },
  {
    pattern: /Can't locate (\S+) in @INC/,
    help: `Perl finds no $1: ${DEBIAN}.`,
  },
];
