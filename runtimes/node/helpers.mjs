// What Dockerfile.ejs needs to know of a funko: how its dependencies are installed, and what starts it.
import { isBuilt } from './helpers/build.mjs';
import { installOf } from './helpers/install.mjs';
import { programOf } from './helpers/program.mjs';

export default function helpers(data) {
  return {
    /** Null if there is no package.json. */
    install: () => installOf(data, packageJson(data)),
    /** Whether something is built, so that a changed file alone changes nothing. */
    builds: () => isBuilt(data, packageJson(data) ?? {}),
    program: () => programOf(data, packageJson(data) ?? {}),
  };
}

/** One that can't be read is for the package manager to complain of. */
function packageJson({ text }) {
  const source = text('package.json');
  if (source === undefined) return null;
  try {
    return Object(JSON.parse(source.replace(/^\uFEFF/, '')));
  } catch {
    return {};
  }
}
