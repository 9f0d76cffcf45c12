/** .funkoignore: what stays at home, in the syntax of .gitignore, for those who know that better than Docker's. Pure. */
import createIgnore from 'ignore';
import type { Ignores } from './dockerignore.ts';

/** Says which files of the folder stay at home; it stays there itself, as it was applied already. */
export const IGNORE_FILE = '.dockerignore';

/** Reads a .funkoignore. As in git, nothing below an ignored folder can be brought back. */
export function readFunkoIgnores(text: string): Ignores {
  const rules = createIgnore({ ignorecase: false }).add(text.replace(/^\uFEFF/, ''));
  return {
    ignores: (path, isFolder) => rules.ignores(isFolder ? `${path}/` : path),
    mayReturnBelow: () => false,
  };
}

/** What any of several files leaves out. */
export function anyOf(all: readonly Ignores[]): Ignores {
  return {
    ignores: (path, isFolder) => all.some((one) => one.ignores(path, isFolder)),
    mayReturnBelow: (folder) => all.every((one) => !one.ignores(folder, true) || one.mayReturnBelow(folder)),
  };
}
