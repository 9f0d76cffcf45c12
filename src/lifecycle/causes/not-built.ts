/** Programs that miss what a build makes. */
import type { Cause } from './cause.ts';

const BUILD =
  'Have the build make it: a script "build" in package.json, or the option "build" in funko.yml, e.g. "npm run build".';
/** Folders that builds write into. */
const BUILT = String.raw`(?:dist|build|out|\.output|\.next|\.nuxt|\.svelte-kit|\.vercel|target)`;

/** Compilers write imports as the source has them. */
export const WHOLE_NAME =
  '$2 imports "$1", and there is no such file: an import in an ES module needs the whole name of the file with its extension (.js), in its own capital and small letters.';

export const NOT_BUILT: readonly Cause[] = [
  {
    pattern: new RegExp(`Cannot find module '([^']*/${BUILT}/[^']+)' imported from (\\S+/${BUILT}/\\S+)`),
    help: WHOLE_NAME,
  },
  {
    pattern: /Could not find a production build in the '([^']+)' directory/,
    help: `The project is not built: the image has no "$1". ${BUILD}`,
  },
  {
    pattern: /The directory "([^"]+)" does not exist\. Did you build your project\?/,
    help: `The project is not built: the image has no "$1". ${BUILD}`,
  },
  {
    pattern: new RegExp(
      String.raw`(?:Cannot find module|no such file or directory, \w+) '((?:[^']*/)?${BUILT}/[^']*|(?:[^']*/)?${BUILT})'`,
    ),
    help: `The project is not built: the image has no $1. ${BUILD}`,
  },
  {
    pattern: /Vite manifest not found at: (\S+)/,
    help: 'The front end is not built: the image has no $1. Have "npm run build" run before the deploy, or in a Dockerfile, and keep its result out of .dockerignore.',
  },
  {
    pattern: /Missing staticfiles manifest entry for '([^']+)'/,
    help: 'Django misses "$1" among the collected static files: run "python3 manage.py collectstatic --noinput" before the deploy, or in a Dockerfile.',
  },
  {
    pattern:
      /asset ["'`]([^"'`]+)["'`] (?:is not present in the asset pipeline|was not found in the load path)/i,
    help: 'Rails misses the asset "$1": run "bin/rails assets:precompile" when the image is built.',
  },
  {
    pattern: /Unable to access jarfile (\S+)/,
    help: 'The image has no $1: have it built (mvn package, gradle build), and keep it out of .dockerignore.',
  },
  {
    pattern: /no main manifest attribute, in (\S+)/,
    help: '$1 does not say which class begins: build it with a Main-Class in its manifest (a plugin for executable jars), or start it with "java -cp $1 CLASS".',
  },
  {
    pattern: /Could not find or load main class (\S+)/,
    help: 'Java finds no class $1: the name needs its package, and what is compiled must be in the class path.',
  },
];
