// What Dockerfile.ejs needs to know of a funko: its gems, what starts it, and what a Rails application needs.
import { bundleOf } from './helpers/bundle.mjs';
import { programOf } from './helpers/program.mjs';
import { applicationOf } from './helpers/rails.mjs';

export default function helpers(data) {
  const bundle = () => bundleOf(data);
  return { bundle, program: () => programOf(data, bundle()), application: () => applicationOf(data, bundle()) };
}
