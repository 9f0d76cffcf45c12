// What Dockerfile.ejs needs to know of a funko: how its dependencies are installed, and what starts it.
import { installOf } from './helpers/install.mjs';
import { programOf } from './helpers/program.mjs';

export default function helpers(data) {
  return { install: () => installOf(data), program: () => programOf(data) };
}
