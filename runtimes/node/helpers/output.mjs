// What a framework's build made: what the image gets of it, and what starts it.
import { isBuilt } from './build.mjs';
import { frameworksOf, textIn } from './frameworks.mjs';
import { startOf } from './scripts.mjs';

/**
 * What the image gets of a build that makes a whole program: `ship`, pairs of a folder of the build and a path in the image, and `start`, a
 * command, and `writable`, folders of the build. Undefined if the project needs its folder and its packages to run, or funko.yml says what is started.
 */
export function outputOf(data, manifest) {
  if (!isForFramework(data, manifest)) return undefined;
  const script = scriptOf(manifest);
  const outputs = frameworksOf(manifest).flatMap(({ output }) => output ?? []);
  const output = outputs.find(
    (each) => (!each.if || textIn(data, ...each.if)) && (script === undefined || each.replaces.test(script)),
  );
  if (!output) return undefined;
  return { ship: Object.entries(output.ship).filter(([from]) => from.startsWith('.') || data.has(from)), start: output.start, writable: output.writable };
}

/** The command that starts what a framework built, where no script does; undefined if there is none. */
export function frameworkStart(data, manifest) {
  if (!isForFramework(data, manifest)) return undefined;
  const output = outputOf(data, manifest);
  if (output) return output.start;
  const script = scriptOf(manifest);
  const starts = frameworksOf(manifest).filter(({ replaces }) => script === undefined || replaces?.test(script));
  return starts.map(({ start }) => (typeof start === 'function' ? start(data, manifest) : start)).find(Boolean);
}

/** Folders of the build that the program writes to. */
export function writableOf(data, manifest) {
  const folders = outputOf(data, manifest) ?? frameworksOf(manifest);
  return [folders].flat().flatMap(({ writable = [] }) => writable);
}

function isForFramework(data, manifest) {
  const { start, entry } = data.options;
  return start.length === 0 && entry === '' && isBuilt(data, manifest);
}

function scriptOf(manifest) {
  const commands = startOf(manifest).start;
  return commands.length > 0 ? commands.join(' && ') : undefined;
}
