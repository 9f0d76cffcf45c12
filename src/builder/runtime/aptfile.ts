/** An `Aptfile`, as hosts with buildpacks read it: Debian packages that a program needs, one a line. Pure. */

/** What apt takes for the name of a package. */
const PACKAGE = /^[a-z0-9][a-z0-9+.-]+$/;

/**
 * The packages that an Aptfile names.
 * @param text the file's; undefined if there is none
 * @param refuse is given a sentence about a line that names no package; it throws
 */
export function aptfilePackages(text: string | undefined, refuse: (sentence: string) => never): string[] {
  const lines = (text ?? '')
    .split(/\r?\n/)
    .map((line, index) => ({ words: wordsOf(line), number: index + 1 }));
  return lines.flatMap(({ words, number }) => {
    const wrong = words.find((word) => !PACKAGE.test(word));
    if (wrong === undefined) return words;
    return refuse(
      `Aptfile:${number}: ${JSON.stringify(wrong)} is not the name of a Debian package; other archives and files need a Dockerfile of your own`,
    );
  });
}

function wordsOf(line: string): string[] {
  return line
    .replace(/#.*$/, '')
    .split(/\s+/)
    .filter((word) => word !== '');
}
