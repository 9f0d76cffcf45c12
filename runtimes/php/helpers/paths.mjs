// Paths that files of the folder name.

/**
 * The path from the folder's root; `.` is the root itself. Refuses what is not in the folder.
 * @param folder the one that the path is relative to, ending in `/`, or empty
 */
export function inFolder({ has, fail }, { file, path, folder }) {
  const found = joined(folder, path);
  if (found === null)
    return fail(`${file}: ${JSON.stringify(path)} is outside of the funko's folder, and can't be installed; move it into the folder`);
  if (found === '.' || has(found)) return found;
  return fail(`${file}: ${JSON.stringify(path)} is not in the funko's folder; add it, or see whether .dockerignore leaves it out`);
}

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

/** The COPY line for paths of the folder, which may have any name. */
export function copyLine(paths, target) {
  const words = [...paths, target];
  return words.every((word) => /^[\w@./+-]+$/.test(word)) ? `COPY ${words.join(' ')}` : `COPY ${JSON.stringify(words)}`;
}
