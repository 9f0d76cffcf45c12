// What Dockerfile.ejs needs to know of a funko: what runs it, how its dependencies are installed, and what starts it.
import { isBuilt } from './helpers/build.mjs';
import { denoLines } from './helpers/deno.mjs';
import { engineOf, engineStages } from './helpers/engine.mjs';
import { variablesOf } from './helpers/frameworks.mjs';
import { installOf } from './helpers/install.mjs';
import { manifestOf, projectOf } from './helpers/manifest.mjs';
import { programOf, startFileOf } from './helpers/program.mjs';

export default function helpers(data) {
  const engine = () => engineOf(data, projectOf(data));
  return {
    engine,
    /** The lines that make the stage `base`. */
    base: () => engineStages(data, engine(), projectOf(data)),
    /** Null if there is nothing to install. */
    install: () => (engine() === 'deno' ? null : installOf(data, manifestOf(data), engine())),
    /** The lines for a program of Deno. */
    deno: () => denoLines(data, projectOf(data), startFileOf(data, projectOf(data))),
    /** Whether something is built, so that a changed file alone changes nothing. */
    builds: () => isBuilt(data, projectOf(data)),
    /** Variables that frameworks want: `NAME=VALUE`. */
    variables: () => variablesOf(projectOf(data), 'env'),
    program: () => programOf(data, projectOf(data)),
  };
}
