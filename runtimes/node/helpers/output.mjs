// What a framework's build made: what the image gets of it, and what starts it.
import { isBuilt } from './build.mjs';
import { frameworksOf, textIn, writableIn } from './frameworks.mjs';
import { startOf } from './scripts.mjs';

/**
 * What the image gets of a build that makes a whole program: `ship`, pairs of a folder of the build and a path in the image, and `start`, a
 * command, and `writable`, folders of the build. Undefined if the project needs its folder and its packages to run, or funko.yml says what is
 * started, or what else is run in the image.
 */
export function outputOf(data, manifest) {
  if (!isForFramework(data, manifest) || data.funko.runsCommands) return undefined;
  const outputs = frameworksOf(manifest).flatMap(({ output, start, replaces }) => (output ? { start, replaces, ...output } : []));
  const output = outputs.find((each) => isMade(data, each) && isReplaced(manifest, each));
  if (!output) return undefined;
  const { start, writable = [] } = output;
  return { ship: Object.entries(output.ship).filter(([from]) => from.startsWith('.') || data.has(from)), start, writable };
}

/** The command that starts what a framework built, where no script does; undefined if there is none. */
export function frameworkStart(data, manifest) {
  if (!isForFramework(data, manifest)) return undefined;
  const output = outputOf(data, manifest);
  if (output) return output.start;
  const starts = frameworksOf(manifest).filter((each) => isReplaced(manifest, each));
  return starts.map(({ start }) => (typeof start === 'function' ? start(data, manifest) : start)).find(Boolean);
}

/** Folders of the build that the program writes to. */
export function writableOf(data, manifest) {
  return outputOf(data, manifest)?.writable ?? writableIn(manifest);
}

function isMade(data, { file, has, hasNot }) {
  return file === undefined || (textIn(data, file, has) !== undefined && textIn(data, file, hasNot) === undefined);
}

function isForFramework(data, manifest) {
  const { start, entry } = data.options;
  return start.length === 0 && entry === '' && isBuilt(data, manifest);
}

/** Whether nothing starts the project, or what a framework's own program stands for. */
function isReplaced(manifest, { replaces }) {
  const script = startOf(manifest).start.join(' && ');
  return script === '' || replaces?.test(script) === true;
}
