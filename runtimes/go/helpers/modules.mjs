// The Go modules of a funko's folder, and which other folders their go.mod and go.work name.
import { posix } from 'node:path';

/** That of Debian. */
const GO = { major: 1, minor: 24 };
/** What package managers put there, and what the compiler passes over. */
const NOT_OWN = /(^|\/)(vendor|node_modules|testdata|[._][^/]*)\//;

/**
 * `folders`: the folders with a go.mod, `''` for the top; `workspace`: whether a go.work joins them; `hasSums`: whether a
 * file of checksums says what to download; `copied`: the folders with the files that decide about the dependencies.
 */
export function modulesOf(data) {
  const { files, has } = data;
  const folders = moduleFolders(files);
  const workspace = has('go.work');
  // What is vendored needs no other folder.
  for (const folder of folders.filter((path) => !has(posix.join(path, 'vendor/modules.txt'))))
    if (!workspace || !has('vendor/modules.txt')) checkReplaced(data, posix.join(folder, 'go.mod'));
  if (workspace) checkReplaced(data, 'go.work');
  for (const file of [...folders.map((folder) => posix.join(folder, 'go.mod')), 'go.work']) warnOfNewer(data, file);
  const names = (folder) => [...(folder === '' && workspace ? ['go.work', 'go.work.sum'] : []), 'go.mod', 'go.sum'];
  const copied = [...new Set([...(workspace ? [''] : []), ...folders])].map((folder) => ({
    folder: folder === '' ? '.' : folder,
    files: names(folder).map((name) => posix.join(folder, name)).filter(has),
  }));
  const hasSums = copied.some(({ files }) => files.some((file) => file.endsWith('.sum')));
  return { folders, workspace, hasSums, copied };
}

/** The file that the folder needs: that of a workspace or of its only module; none for code without a module. */
export function moduleFileOf({ files, has }) {
  if (has('go.work')) return 'go.work';
  const [first] = moduleFolders(files);
  if (first !== undefined) return posix.join(first, 'go.mod');
  return files.some((file) => /^[^/]+\.go$/.test(file)) ? '' : 'go.mod';
}

/** The module that a package's folder belongs to. */
export function moduleOf(folders, folder) {
  const holds = (module) => module === '' || folder === module || folder.startsWith(`${module}/`);
  return folders.filter(holds).sort((a, b) => b.length - a.length)[0];
}

function moduleFolders(files) {
  const own = files.filter((file) => posix.basename(file) === 'go.mod' && !NOT_OWN.test(file));
  return own.map((file) => posix.dirname(file)).map((folder) => (folder === '.' ? '' : folder));
}

/** A module that go.mod or go.work takes from a folder must be in the build context. */
function checkReplaced({ has, text, fail }, file) {
  for (const target of localFolders(text(file) ?? '', posix.basename(file))) {
    const folder = posix.join(posix.dirname(file), target);
    if (folder === '..' || folder.startsWith('../') || folder.startsWith('/'))
      fail(
        `${file} takes a module from ${target}, which is outside of the funko's folder; put the funko.yml into the folder that ` +
          'holds both, and name the package with "options: { package: … }"',
      );
    if (!has(posix.join(folder, 'go.mod')))
      fail(`${file} takes a module from ${target}, where no go.mod is; add it, or see what .dockerignore leaves out`);
  }
}

/** The newer Go is a module itself. */
function warnOfNewer({ text, warn }, file) {
  const [, version, major, minor] = /^go\s+((\d+)\.(\d+)\S*)/m.exec(text(file) ?? '') ?? [];
  if (version === undefined || Number(major) < GO.major || (Number(major) === GO.major && Number(minor) <= GO.minor)) return;
  warn(`${file} asks for Go ${version}, and Debian's is ${GO.major}.${GO.minor}: it is downloaded from the module proxy`);
}

/** The folders that lines such as `replace a => ../b` and, in a go.work, `use ./b` name. */
function localFolders(text, name) {
  const lines = text.split('\n').map((line) => line.replace(/\/\/.*/, '').trim());
  const replaced = lines.flatMap((line) => /=>\s*"?(\.{0,2}\/[^\s"]*|\.{1,2})"?$/.exec(line)?.[1] ?? []);
  return name === 'go.work' ? [...replaced, ...usedFolders(lines)] : replaced;
}

function usedFolders(lines) {
  const used = [];
  let inside = false;
  for (const line of lines) {
    const [, single] = /^use\s+"?([^\s"(]+)"?$/.exec(line) ?? [];
    if (single !== undefined) used.push(single);
    if (line === ')') inside = false;
    else if (inside && line !== '') used.push(line.replaceAll('"', ''));
    if (/^use\s*\($/.test(line)) inside = true;
  }
  return used;
}
