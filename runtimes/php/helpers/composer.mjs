// What Composer reads of the folder.
import { inFolder } from './paths.mjs';

/** Files that decide about the packages. */
const MANIFESTS = ['composer.json', 'composer.lock', 'symfony.lock', 'auth.json'];
/** An extension that a package requires. */
const EXTENSION = /^ext-[a-z0-9][a-z0-9_-]*$/i;

/**
 * Undefined if the folder has no composer.json. `copied`: the files that decide about the packages; `folders`: what they name of the
 * folder; `vendor`: the folder of the packages; `isVendored`: whether it comes with the funko; `installs`: whether Composer has
 * anything to fetch; `names`: of all packages; `extensions`: that they require, without `ext-`; `needsGit`.
 */
export function composerOf(data) {
  if (!data.has('composer.json')) return undefined;
  const manifest = parsed(data, 'composer.json');
  const packages = (data.has('composer.lock') && parsed(data, 'composer.lock').packages) || [];
  const vendor = vendorOf(data, manifest);
  const isVendored = data.has(`${vendor}/composer/installed.json`);
  const required = [manifest, ...packages].flatMap((each) => Object.keys(each.require ?? {}));
  return {
    copied: MANIFESTS.filter(data.has),
    folders: foldersOf(data, manifest),
    vendor,
    isVendored,
    installs: !isVendored || data.has('composer.lock'),
    names: new Set([...required, ...packages.map(({ name }) => name)]),
    extensions: [...new Set(required.filter((name) => EXTENSION.test(name)).map((name) => name.slice(4).toLowerCase()))],
    needsGit: repositoriesOf(manifest).some(({ type }) => ['vcs', 'git', 'github', 'gitlab'].includes(type)) || packages.some(({ dist }) => !dist),
  };
}

function parsed({ text, fail }, file) {
  try {
    const value = JSON.parse(text(file));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    return fail(`${file}: it is not valid JSON (${error.message}); "composer validate" tells more`);
  }
  return fail(`${file}: it must be a mapping; "composer validate" tells more`);
}

function vendorOf({ fail }, { config }) {
  const folder = String(config?.['vendor-dir'] ?? 'vendor').replace(/^\.\/|\/+$/g, '');
  if (/^[\w.-]+(\/[\w.-]+)*$/.test(folder) && !folder.split('/').some((step) => /^\.{1,2}$/.test(step))) return folder;
  return fail(`composer.json: config.vendor-dir is ${JSON.stringify(config?.['vendor-dir'])}; it must be the path of a folder in the funko's folder`);
}

/** Packages of the folder, archives of packages, and patches. */
function foldersOf(data, manifest) {
  const local = repositoriesOf(manifest).filter(({ type }) => type === 'path' || type === 'artifact');
  const paths = local.map(({ url = '' }) => withoutPattern(url));
  const patches = JSON.stringify(manifest.extra?.patches ?? {}).includes('patches/') && data.has('patches') ? ['patches'] : [];
  return [...new Set([...paths.map((path) => inFolder(data, { file: 'composer.json', path, folder: '' })), ...patches])];
}

/** `packages/*` is the folder `packages`. */
function withoutPattern(url) {
  const steps = url.split('/');
  const first = steps.findIndex((step) => /[*?[{]/.test(step));
  return first < 0 ? url : steps.slice(0, first).join('/') || '.';
}

/** Composer allows a list, and a mapping, with `false` for one that is switched off. */
function repositoriesOf({ repositories }) {
  return Object.values(repositories ?? []).filter((each) => typeof each === 'object' && each !== null);
}
