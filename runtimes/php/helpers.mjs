// What Dockerfile.ejs needs to know of a funko: its packages, what is served, and what starts it.
import { composerOf } from './helpers/composer.mjs';
import { extensionPackages } from './helpers/extensions.mjs';
import { copyLine } from './helpers/paths.mjs';
import { programOf } from './helpers/program.mjs';
import { layoutOf, rootOf } from './helpers/site.mjs';

export default function helpers(data) {
  const composer = () => composerOf(data);
  return {
    composer,
    copyLine,
    extensions: () => extensionPackages(data, composer()),
    root: () => rootOf(data),
    layout: () => layoutOf(data, composer()),
    program: () => programOf(data, rootOf(data)),
  };
}
