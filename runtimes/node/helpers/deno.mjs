// Programs for Deno: what starts them, and what is fetched for them when the image is built.
import { startOf } from './scripts.mjs';
import { shellWord } from './words.mjs';

const SETTINGS = ['deno.json', 'deno.jsonc', 'deno.lock', 'import_map.json', 'package.json', '.npmrc'];
const IS_MODULE = /^(?:\.\/)?[\w@./-]+\.(?:[cm]?[jt]s|[jt]sx)$/;
const ADDRESS = '--host 0.0.0.0 --port 3000';

/** The command: `Deno.serve` listens where the environment says, but `deno serve` needs a permission for that, and none for options of its own. */
export function denoCommand(command) {
  if (/^deno serve\b/.test(command)) return /--port\b/.test(command) ? command : command.replace(/^deno serve/, `deno serve ${ADDRESS}`);
  return command.startsWith('deno ') ? `DENO_SERVE_ADDRESS=tcp:0.0.0.0:3000 ${command}` : command;
}

/** The command for a file that nothing else starts: one that exports a server does not listen by itself. */
export function denoFile({ text }, file) {
  const source = text(file) ?? '';
  const isExported = /^export default\b/m.test(source) && !/\bDeno\.serve\b/.test(source.replace(/Deno\.Serve\w+/g, ''));
  return denoCommand(`deno ${isExported ? 'serve' : 'run'} -A ${shellWord(file)}`);
}

/**
 * The lines that fetch what the program imports, and build it. What deno.json names is fetched before the code is copied, so that a changed line
 * fetches nothing; what can't be fetched there, e.g. for tests alone, is not needed.
 */
export function denoLines(data, manifest, file) {
  const settings = SETTINGS.filter(data.has);
  const entry = file ?? modulesIn(data, startOf(manifest).start);
  const builds = data.options.build === false ? '' : data.options.build || (manifest.scripts?.build ? 'deno task build' : '');
  return [
    'ENV DENO_DIR=/deno-dir DENO_NO_UPDATE_CHECK=1 DENO_TLS_CA_STORE=mozilla,system',
    ...(settings.length > 0 ? [`COPY ${settings.join(' ')} ./`, "RUN deno install || echo 'Some imports of deno.json were not fetched.'"] : []),
    'COPY . .',
    ...(entry ? [`RUN deno install --entrypoint ${shellWord(entry)}`] : []),
    ...(builds ? [`RUN ${builds}`] : []),
  ];
}

function modulesIn({ has }, commands) {
  return commands.flatMap((command) => command.split(/\s+/)).find((word) => IS_MODULE.test(word) && has(word.replace(/^\.\//, '')));
}
