// Paths of the folder as words of a command: people and tests of tools give files any name.

const PLAIN = /^[\w@./+-]+$/;

/** Whether a path is a word as it is, in a shell and as a value of a mount. */
export function isPlain(path) {
  return PLAIN.test(path);
}

/** The path as one word of a shell. */
export function shellWord(path) {
  return isPlain(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

/** The path that a word stands for, if `shellWord` made it; any other word is taken as it is. */
export function pathOfWord(word) {
  const path = word.replace(/'([^']*)'|\\(')/g, (_, quoted, mark) => quoted ?? mark);
  return shellWord(path) === word ? path : word;
}
