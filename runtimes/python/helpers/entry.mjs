// Which file starts a funko: the one that is named, Django's, or the one whose code has an application or listens.

/** Where an application is looked for first, in this order. */
const USUAL = ['app', 'main', 'wsgi', 'asgi', 'application', 'server'];
/** Folders whose files start nothing. */
const NOT_OURS = /(^|\/)(tests?|docs?|examples?|migrations|scripts|node_modules|\.[^/]+)\/|(^|\/)(test_[^/]*|[^/]*_test|conftest|setup|manage)\.py$/;
/** Code that may give a module an application: `app = …`, `def app(…)`, `from x import app`, `with …, app:`, a factory. */
const NAMES_ONE =
  /(^|[\s,(])(app|application|api)\s*(:[^=\n]+)?=(?!=)|\b(def|class)\s+(app|application|create_app|make_app)\b|\bimport\b[^\n#]*(\*|\b(app|application|create_app|make_app)\b)|\bimport\s*\([^)]*\b(app|application|create_app|make_app)\b/m;
/** The same of a framework, under whatever name; a factory makes it within a function. */
const MAKES_ONE =
  /^\w+\s*(?::[^=\n]+)?=\s*(?:\w+\.)*(?:Flask|APIFlask|OpenAPI|FlaskApp|AsyncApp|FastAPI|Starlette|Quart|Litestar|Sanic|Bottle|Dash|get_[aw]sgi_application|ProtocolTypeRouter)\(|^(?:async\s+)?def\s+(?:create_app|make_app)\b/m;
/** Frameworks whose applications listen by themselves. */
const OWN_SERVER = /\bweb\.run_app\(|^\s*(from|import)\s+tornado\b/m;
/** Code, outside of any function or condition, that does not come back while it serves. */
const LISTENS = /^(await\s+)?(\w+\.)*(run|run_app|run_forever|run_until_complete|serve|serve_forever|listen|launch)\(/m;
/** Flask passes over a call of it while the runtime loads the file. */
const FLASK_RUNS = /^\w+\.run\(/m;
const IS_MAIN = /^if\s+__name__\s*==\s*["']__main__["']/m;

/**
 * Whether the runtime can serve what a file has: `application`; else it is run as a program. `nothing`: neither is to be seen in it.
 * @param code the file's text
 */
export function kindOf(code) {
  if (OWN_SERVER.test(code)) return 'program';
  if (LISTENS.test(code) && !(/\bFlask\(/.test(code) && FLASK_RUNS.test(code))) return 'program';
  if (NAMES_ONE.test(code) || MAKES_ONE.test(code)) return 'application';
  return IS_MAIN.test(code) ? 'program' : 'nothing';
}

/**
 * The file that starts the funko if nothing names one: undefined if there is none.
 * One with an application goes before one that listens by itself, e.g. for development.
 */
export function guessedFile(data) {
  const files = data.files.filter((file) => file.endsWith('.py') && !NOT_OURS.test(file));
  const usual = [...usualOf(files, ''), ...foldersOf(files).flatMap((folder) => usualOf(files, folder))];
  const atTop = files.filter((file) => !file.includes('/') && !usual.includes(file) && file !== '__main__.py');
  const kind = (file) => kindOf(data.text(file) ?? '');
  return (
    usual.find((file) => kind(file) === 'application') ??
    [...atTop, ...packagesOf(files)].find((file) => MAKES_ONE.test(data.text(file) ?? '')) ??
    [...usual, ...atTop].find((file) => kind(file) === 'program') ??
    usual.find((file) => !file.includes('/')) ??
    (atTop.length === 1 ? atTop[0] : undefined) ??
    ['__main__.py', ...files.filter((file) => /^(src\/)?\w+\/__main__\.py$/.test(file))].find(data.has)
  );
}

function usualOf(files, folder) {
  return USUAL.map((name) => `${folder}${name}.py`).filter((file) => files.includes(file));
}

/** Folders that code is usually in, then the others, two deep: `src/`, `app/`, `src/mine/`. */
function foldersOf(files) {
  const folders = new Set(files.map((file) => file.slice(0, file.lastIndexOf('/') + 1)));
  const inner = [...folders].filter((folder) => /^(\w+\/){1,2}$/.test(folder)).sort();
  const first = ['src/', 'app/'].filter((folder) => folders.has(folder));
  return [...new Set([...first, ...inner])];
}

/** `__init__.py` of packages at the top or in src. */
function packagesOf(files) {
  return files.filter((file) => /^(src\/)?\w+\/__init__\.py$/.test(file)).sort();
}

/**
 * The file and the object of the option `entry`: `src/main.py`, `src/main.py:api`, `package.main:create_app()`, `package`.
 * Undefined if the folder has no such file.
 */
export function namedEntry({ has }, entry) {
  const [, module, object] = /^([^:]*)(:.*)?$/.exec(entry);
  const path = module.endsWith('.py') ? module.slice(0, -'.py'.length) : module.replaceAll('.', '/');
  const file = [`${path}.py`, `${path}/__init__.py`].find(has);
  return file && { file, object: object ?? '' };
}

/** What was looked for, for an error. */
export const LOOKED_FOR =
  `${USUAL.map((name) => `${name}.py`).join(', ')} (here, in src, or in a package), any file with an application named ` +
  'app, application or api, or with a function create_app, a manage.py of Django, PACKAGE/__main__.py, and a Procfile with "web: COMMAND"';
