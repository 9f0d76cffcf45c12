/** The steps of the Dockerfile that the runtime `node` makes, for its tests. */
import { builtOf } from './contexts.ts';

/** The smallest module that answers. */
export const MODULE = 'export default () => {};\n';

/** The Dockerfile of a funko with these files. */
export async function dockerfileOf(files: Record<string, string>, options = ''): Promise<string> {
  return (await builtOf({ 'index.js': MODULE, ...files }, options)).text;
}

/** The lines with COPY and the command of the RUN that installs. */
export async function stepsOf(files: Record<string, string>, options = ''): Promise<string[]> {
  const text = (await dockerfileOf(files, options)).replaceAll(/\\\n */g, '');
  const lines = text.split('\n').filter((line) => /^(COPY|RUN)/.test(line));
  const noise =
    /^RUN( --mount=\S+)* (\. \/run\/build-secrets\.sh && )?| --no-audit --no-fund --no-update-notifier/g;
  return lines.map((line) => line.replaceAll(noise, ''));
}
