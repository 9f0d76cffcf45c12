// package.json and deno.json, read.

/**
 * What package.json says, with the tasks of deno.json among its scripts. Null if there is no package.json, an empty one if it can't be read:
 * that is for the package manager to complain of.
 */
export function manifestOf(data) {
  const manifest = packageOf(data);
  const tasks = tasksOf(data);
  return manifest === null || Object.keys(tasks).length === 0 ? manifest : { ...manifest, scripts: { ...tasks, ...manifest.scripts } };
}

/** The same for what starts and builds: deno.json alone is enough. */
export function projectOf(data) {
  return manifestOf(data) ?? { scripts: tasksOf(data) };
}

function packageOf({ text }) {
  const source = text('package.json');
  return source === undefined ? null : parsed(source);
}

/** A task may be a mapping with its command. */
function tasksOf({ text }) {
  const { tasks = {} } = parsed(withoutComments(text('deno.json') ?? text('deno.jsonc') ?? '{}'));
  const commands = Object.entries(tasks).map(([name, task]) => [name, typeof task === 'string' ? task : task?.command]);
  return Object.fromEntries(commands.filter(([, command]) => typeof command === 'string'));
}

function parsed(source) {
  try {
    return Object(JSON.parse(source.replace(/^\uFEFF/, '')));
  } catch {
    return {};
  }
}

function withoutComments(source) {
  const plain = source.replaceAll(/"(?:[^"\\]|\\.)*"|\/\/.*|\/\*[^]*?\*\//g, (match) => (match.startsWith('"') ? match : ''));
  return plain.replaceAll(/"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/g, (match) => (match === ',' ? '' : match));
}
