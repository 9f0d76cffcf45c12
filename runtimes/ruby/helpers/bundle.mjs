// What Bundler reads of the folder, and what its gems need beside themselves.
import { inFolder } from './paths.mjs';
import { packagesOf } from './packages.mjs';

/** Bundler takes the first that is there. */
const GEMFILES = [
  ['Gemfile', 'Gemfile.lock'],
  ['gems.rb', 'gems.locked'],
];
/** A Gemfile can take the version of Ruby from these. */
const VERSION_FILES = ['.ruby-version', '.tool-versions', 'mise.toml'];
const PATHS = [
  /(?:\bpath:|:path\s*=>)\s*["']([^"']+)["']/g,
  /^\s*path[\s(]+["']([^"']+)["']/gm,
  /^PATH\n(?: {2}(?!remote:).*\n)*? {2}remote: (.+)$/gm,
];
const GEM = /^\s*gem[\s(]+["']([^"']+)["']/gm;
const LOCKED_GEM = /^ {4}([A-Za-z0-9_.-]+) \(/gm;
const FROM_GIT = /\b(?:git|github|gist|bitbucket|gitlab):\s*["']|:(?:git|github)\s*=>|^GIT$/m;
const VARIABLE = /\bENV(?:\.fetch\(|\[)\s*["']([A-Za-z_]\w*)["']/g;
const HOST = /https:\/\/(?:[^\s/"'@]*@)?([\w.-]+)/g;

/**
 * Undefined if the folder has no Gemfile. `gemfile`, `lockfile`: their names, the second undefined if it is not there;
 * `copied`: the files that decide about the gems; `folders`: those of gems in the folder, `.` for the folder itself;
 * `names`: of all gems that are named; `variables`: environment variables that installing reads; `devel`, `ship`: Debian
 * packages that the gems need while they are compiled, and when they are used.
 */
export function bundleOf(data) {
  const [gemfile, lockfile] = GEMFILES.find(([file]) => data.has(file)) ?? [];
  if (gemfile === undefined) return undefined;
  const read = withIncluded(data, gemfile);
  const locked = data.text(lockfile) ?? '';
  const text = `${[...read.values()].join('\n')}\n${locked}`;
  const names = new Set([...matches(text, GEM), ...matches(locked, LOCKED_GEM)]);
  const folders = foldersOf(data, gemfile, text);
  return {
    gemfile,
    lockfile: data.has(lockfile) ? lockfile : undefined,
    copied: [...new Set([...read.keys(), ...[lockfile, ...VERSION_FILES].filter(data.has)])],
    folders,
    names,
    variables: [...matches(text, VARIABLE), ...matches(text, HOST).map(variableOfHost)],
    ...packagesOf(data, { names, isFromGit: FROM_GIT.test(text), folders }),
  };
}

/** The Gemfile, and the files that it names with `eval_gemfile`: their texts without comments. */
function withIncluded(data, gemfile) {
  const texts = new Map();
  const files = [gemfile];
  for (const file of files) {
    if (texts.has(file)) continue;
    const text = (data.text(file) ?? '').replace(/^\s*#.*$/gm, '');
    texts.set(file, text);
    const folder = file.slice(0, file.lastIndexOf('/') + 1);
    for (const included of matches(text, /^\s*eval_gemfile\b[^\n]*["']([^"'\n]+)["']/gm))
      files.push(inFolder(data, { file, path: included, folder }));
  }
  return texts;
}

function foldersOf(data, gemfile, text) {
  const found = PATHS.flatMap((pattern) => matches(text, pattern));
  // `gemspec` is the folder itself, unless it names another path.
  if (/^\s*gemspec\b(?!.*\bpath\b)/m.test(text)) found.push('.');
  const folders = found.map(withoutCode).map((path) => inFolder(data, { file: gemfile, path, folder: '' }));
  return folders.includes('.') ? ['.'] : [...new Set(folders)];
}

/** Of a path that Ruby puts together, the folder before the first part that only Ruby knows. */
function withoutCode(path) {
  const at = path.indexOf('#{');
  return at < 0 ? path : path.slice(0, path.lastIndexOf('/', at) + 1) || '.';
}

/** Bundler's own variable with the credentials for a host. */
function variableOfHost(host) {
  return `BUNDLE_${host.toUpperCase().replaceAll('.', '__').replaceAll('-', '___')}`;
}

function matches(text, pattern) {
  return [...text.matchAll(pattern)].map(([, first]) => first.trim());
}
