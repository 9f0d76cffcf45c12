// Which of Debian's packages have what a folder's code imports.
import { readFileSync } from 'node:fs';

const PACKAGES = JSON.parse(readFileSync(new URL('../.runtime/debian-packages.json', import.meta.url), 'utf8'));
const NOT_SHIPPED = /(^|\/)(tests?|docs?|examples?)\/|(^|\/)(test_[^/]*|[^/]*_test|conftest|setup|noxfile|tasks)\.py$/;
const IMPORT = /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))/gm;
/** Django's settings name apps and middleware as texts. */
const SETTINGS = /(^|\/)settings(\/\w+)?\.py$/;
const TEXT = /["']([a-z_]\w*)[\w.]*["']/g;
/** A project that has one of them says by itself what it needs. */
export const DEPENDENCY_FILES =
  /^(requirements[^/]*(\.txt|\.in)|requirements\/[^/]+\.(txt|in)|pyproject\.toml|uv\.lock|poetry\.lock|pdm\.lock|pylock\.toml|Pipfile|Pipfile\.lock|setup\.py|setup\.cfg|environment\.ya?ml|pixi\.(toml|lock))$/;

/** The packages, sorted, with blanks between them: empty if a file names the folder's dependencies, or nothing is known of what it imports. */
export function debianPackages({ files, text }) {
  if (files.some((file) => DEPENDENCY_FILES.test(file))) return '';
  const sources = files.filter((file) => file.endsWith('.py') && !NOT_SHIPPED.test(file));
  const own = new Set(sources.flatMap((file) => file.replace(/\.py$/, '').split('/')));
  const names = sources.flatMap((file) => namesIn(text(file) ?? '', SETTINGS.test(file)));
  const foreign = names.filter((name) => !own.has(name.split('.')[0]));
  const packages = foreign.map((name) => PACKAGES[name]).filter((name) => name !== undefined);
  return [...new Set(packages)].sort().join(' ');
}

/** Modules, each with what it is in: `a.b` and `a`. */
function namesIn(code, isSettings) {
  const imported = [...code.matchAll(IMPORT)].flatMap(([, from, list = '']) => [from, ...list.split(',')]);
  const modules = imported.map((name) => (name ?? '').trim().split(/\s/)[0]).filter((name) => name !== '');
  const named = isSettings ? [...code.matchAll(TEXT)].map(([, name]) => name) : [];
  return [...modules.flatMap((name) => [name, name.split('.')[0]]), ...named];
}
