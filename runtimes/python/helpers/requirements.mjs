// What pip reads of the folder when it installs by a requirements file.

const WITH_FILE = /^(?:-r|--requirement|-c|--constraint)(?:\s*=\s*|\s*)["']?([^\s"']+)/;
const WITH_PATH = /^(?:-e|--editable|-f|--find-links)(?:\s*=\s*|\s*)["']?([^\s"']+)/;
/** `./x`, `../x`, `.`, `lib/x`, `file:x`, `name @ file:x`, `x.whl` */
const LOCAL =
  /^(?:[\w.[\],\s-]+@\s*)?((?:file:|\.{1,2}(?:\/|$|\[))[^;\s]*|(?!-)[^\s:;@]*\/[^\s:;@]*|(?!-)[^\s:;@]+\.(?:whl|tar\.gz|zip))/;
/** An address, or a path that only the build's environment tells. */
const ELSEWHERE = /^(?!file:)[a-z][a-z+]+:\/\/|^git\+|\$\{/i;

/**
 * `files`: the file, e.g. requirements.txt, and what it includes; `paths`: packages of the folder and archives, `.` for the folder itself.
 */
export function localsOf(data, requirements) {
  const files = new Set([requirements]);
  const paths = new Set();
  for (const file of files)
    for (const line of linesOf(data.text(file) ?? '')) {
      const [, included] = WITH_FILE.exec(line) ?? [];
      // pip looks for included files beside the file that names them, and for packages where it was started.
      if (included) add(files, data, { file, path: included, folder: file.slice(0, file.lastIndexOf('/') + 1) });
      const [, named] = WITH_PATH.exec(line) ?? LOCAL.exec(line) ?? [];
      if (!included && named) add(paths, data, { file, path: named, folder: '' });
    }
  return { files: [...files], paths: [...paths] };
}

function linesOf(text) {
  const lines = text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/);
  return lines.map((line) => line.replace(/(^|\s)#.*$/, '').trim()).filter((line) => line !== '');
}

function add(set, { has, fail }, { file, path, folder }) {
  if (ELSEWHERE.test(path)) return;
  const plain = path.replace(/^file:(\/\/)?/, '').replace(/^\/funko\//, '').replace(/\[[^\]]*\]$|\s*;.*$/g, '').trim();
  const found = joined(folder, plain);
  if (found === null)
    fail(`${file}: ${JSON.stringify(path)} is outside of the funko's folder, and can't be installed; move it into the folder`);
  if (found !== '.' && !has(found))
    fail(`${file}: ${JSON.stringify(path)} is not in the funko's folder; add it, or see whether .dockerignore leaves it out`);
  set.add(found);
}

/** A path from the folder's root; `.` is the root itself; null if it is outside. */
function joined(folder, path) {
  if (path.startsWith('/')) return null;
  const steps = [];
  for (const step of `${folder}${path}`.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.pop() === undefined) return null;
  }
  return steps.join('/') || '.';
}
