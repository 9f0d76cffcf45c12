// What Dockerfile.ejs needs to know of a funko: what starts it.
import { programOf } from './helpers/program.mjs';

export default function helpers(data) {
  return { program: () => programOf(data) };
}
