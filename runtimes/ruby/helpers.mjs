// What Dockerfile.ejs needs to know of a funko: its gems, what starts it, and what a Rails application needs.
import { bundleOf } from './helpers/bundle.mjs';
import { copyLine } from './helpers/paths.mjs';
import { programOf } from './helpers/program.mjs';
import { applicationOf } from './helpers/rails.mjs';

export default function helpers(data) {
  const bundle = () => bundleOf(data);
  return { bundle, copyLine, program: () => programOf(data, bundle()), application: () => applicationOf(data, bundle()) };
}
