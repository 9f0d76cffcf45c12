// What starts a funko: a file whose application the runtime serves, or a program of its own.
import { djangoOf } from './django.mjs';
import { guessedFile, kindOf, LOOKED_FOR, namedEntry } from './entry.mjs';

/** What runs a command in a tool's environment: here there is only one, and the tool is not in the image. */
const RUNNER = /^(?:uv|poetry|pipenv|pdm|rye)\s+run\s+(?:--[\w-]+(?:=\S+)?\s+)*(?:--\s+)?/;
/** Servers that read their port from a variable of their own. */
const PORT_VARIABLES = [
  [/^(?:python3?\s+-m\s+)?uvicorn\s/, 'UVICORN_PORT'],
  [/^(?:python3?\s+-m\s+)?flask\s/, 'FLASK_RUN_PORT'],
  [/^(?:python3?\s+-m\s+)?streamlit\s/, 'STREAMLIT_SERVER_PORT'],
];

/**
 * `words`: the image's command; `isOwn`: whether it is a program that listens by itself.
 */
export function programOf(data) {
  const { start, entry } = data.options;
  if (start.length > 0 && entry !== '') data.fail('funko.yml: options.start and options.entry are both set; remove one');
  if (start.length > 0) return ofCommand(data, start);
  if (entry !== '') return ofFile(data, named(data, entry));
  const web = data.procfile('web');
  return web === undefined ? ofFile(data, { file: usual(data), object: '' }) : ofCommand(data, web);
}

function ofCommand(data, command) {
  if (Array.isArray(command)) return own(data.command(command));
  // Debian has uvicorn as a module.
  const plain = withoutRunner(command.trim()).replace(/^uvicorn\b/, 'python3 -m uvicorn');
  const [, variable] = PORT_VARIABLES.find(([server]) => server.test(plain)) ?? [];
  return own(data.command(variable ? `${variable}=$PORT ${plain}` : plain));
}

/** `uv run main.py` is `python3 main.py`. */
function withoutRunner(command) {
  const rest = command.replace(RUNNER, '');
  return rest !== command && /^(-m\s|[\w./-]+\.py\b)/.test(rest) ? `python3 ${rest}` : rest;
}

function own(words) {
  return { words, isOwn: true };
}

function ofFile({ options, text }, { file, object }) {
  const isServed = object !== '' || file.endsWith('manage.py') || kindOf(text(file) ?? '') === 'application';
  if (!isServed) return own(ofModule(file));
  const { workers, threads } = options;
  return {
    words: ['python3', '.runtime/serve.py', file + object, '--workers', String(workers), '--threads', String(threads)],
    isOwn: false,
  };
}

/** A package's `__main__.py` is run as `python3 -m PACKAGE`, so that it can import its own. */
function ofModule(file) {
  const [, module] = /^((?:\w+\/)*\w+)\/__main__\.py$/.exec(file) ?? [];
  return module === undefined ? ['python3', file] : ['python3', '-m', module.replaceAll('/', '.')];
}

function named(data, entry) {
  return (
    namedEntry(data, entry) ??
    data.fail(`funko.yml: options.entry names the file ${entry}, which is not there; add it, or name another file`)
  );
}

function usual(data) {
  return (
    djangoOf(data)?.entry ??
    guessedFile(data) ??
    data.fail(
      `funko.yml: the runtime "python" finds nothing to start: it looked for ${LOOKED_FOR}; ` +
        'name it with "options: { entry: FILE }" or "options: { start: COMMAND }"',
    )
  );
}
