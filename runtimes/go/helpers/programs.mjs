// Which package of a funko's folder answers requests, and which other programs lie beside it.
import { posix } from 'node:path';
import { moduleOf, modulesOf } from './modules.mjs';

/** Folders whose programs nobody deploys, and what the compiler passes over. */
const NOT_SERVED = /(^|\/)(vendor|node_modules|testdata|examples?|_examples|tools|scripts|hack|[._][^/]*)(\/|$)/;
const TEST = /_test\.go$/;
/** What no path of a package may contain. */
const NO_PACKAGE = /[^\p{L}\p{N}@./+~_-]/u;
const IGNORED = /^\/\/\s*(go:build|\+build)\s+ignore\b/m;
const HANDLER = /^(func\s+Handler\s*\(|var\s+Handler\b|\s+Handler\b[^\n]*=)/m;
/** Of what a program imports, what makes it a server. */
const SERVER = /"(net\/http|[^"]*\/(gin|echo|fiber|chi|fasthttp|mux|httprouter|negroni|iris|beego|grpc))(\/[^"]*)?"/;
/** A program of these names serves, where several could. */
const USUAL_NAMES = ['server', 'web', 'http', 'api', 'app', 'main', 'serve'];

/**
 * `served`: the folder of the package that answers requests, `.` for the top; `module`: the folder of its module; `others`: the
 * folders of the programs beside it. All are relative to the funko's folder.
 */
export function programsOf(data) {
  const { folders, workspace } = modulesOf(data);
  const packages = packagesOf(data);
  const served = servedOf(data, packages);
  const module = moduleOf(folders, served) ?? '';
  const beside = [...packages].filter(
    ([folder, { isMain }]) => isMain && isBeside(folder, served) && (moduleOf(folders, folder) ?? '') === module,
  );
  // As the compiler is told them: seen from the module, or the workspace.
  const inside = (folder) => (workspace ? folder : folder.slice(module.length));
  const others = beside.map(([folder]) => folder || '.').filter((folder) => !NO_PACKAGE.test(inside(folder)));
  return { served: served || '.', module: module || '.', others };
}

/** Programs that share a folder `cmd` with what is served; for one at the top, all in `cmd`. */
function isBeside(folder, served) {
  if (folder === served) return false;
  const cmd = /^(.*\/)?cmd\//.exec(served)?.[0] ?? posix.join(served, 'cmd/');
  return folder.startsWith(cmd);
}

function packagesOf({ files, text }) {
  const packages = new Map();
  for (const file of files.filter((path) => path.endsWith('.go') && !TEST.test(path))) {
    const folder = posix.dirname(file) === '.' ? '' : posix.dirname(file);
    const code = NOT_SERVED.test(folder) ? '' : (text(file) ?? '');
    const name = /^package\s+(\w+)/m.exec(code)?.[1];
    if (name === undefined || IGNORED.test(code.slice(0, code.indexOf(`package ${name}`)))) continue;
    const known = packages.get(folder) ?? { isMain: false, serves: false, hasHandler: false };
    packages.set(folder, {
      isMain: known.isMain || name === 'main',
      serves: known.serves || SERVER.test(code),
      hasHandler: known.hasHandler || (name !== 'main' && HANDLER.test(code)),
    });
  }
  return packages;
}

function servedOf(data, packages) {
  const named = data.options.package.replace(/^\.\//, '').replace(/\/$/, '');
  if (named !== '') return named === '.' ? '' : named;
  const top = packages.get('');
  if (top?.isMain || top?.hasHandler) return '';
  const mains = [...packages].filter(([, { isMain }]) => isMain);
  if (mains.length > 0) return likeliest(data, mains);
  const handlers = [...packages].filter(([, { hasHandler }]) => hasHandler).map(([folder]) => folder);
  return handlers.length === 1 ? handlers[0] : '';
}

function likeliest({ funko, fail }, mains) {
  const servers = mains.filter(([, { serves }]) => serves);
  const folders = (servers.length > 0 ? servers : mains).map(([folder]) => folder);
  if (folders.length === 1) return folders[0];
  const names = [...USUAL_NAMES, funko.name];
  const usual = names.map((name) => folders.filter((folder) => posix.basename(folder) === name));
  return (
    usual.find(({ length }) => length === 1)?.[0] ??
    fail(
      `funko.yml: the folder has ${folders.length} programs that may answer requests: ${folders.join(', ')}; name one with ` +
        `"options: { package: ${folders[0]} }"`,
    )
  );
}
