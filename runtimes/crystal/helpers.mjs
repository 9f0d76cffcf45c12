// What the templates need to know of a funko: whether it is a program that listens by itself.

/** `class App`, `struct App`, `App = …`, `alias App = …` */
const APP = /^\s*((abstract\s+)?(class|struct)\s+(::)?App\b|(alias\s+)?App\s*=)/m;
const NOT_ITS_OWN = /^(lib|spec|\.runtime)\//;

export default function helpers({ files, text }) {
  const own = files.filter((file) => file.endsWith('.cr') && !NOT_ITS_OWN.test(file));
  return { isOwnProgram: () => !own.some((file) => APP.test(text(file) ?? '')) };
}
