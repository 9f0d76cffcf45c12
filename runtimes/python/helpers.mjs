// What Dockerfile.ejs needs to know of a funko: how its dependencies are installed, what is built, and what starts it; and what the
// rules of detection do.
import { buildOf } from './helpers/build.mjs';
import { debianPackages } from './helpers/imports.mjs';
import { installOf } from './helpers/install.mjs';
import { programOf } from './helpers/program.mjs';

export default function helpers(data) {
  return {
    install: () => installOf(data),
    build: () => buildOf(data),
    program: () => programOf(data),
    debianPackages: () => debianPackages(data),
  };
}
