/** What a text says as JSON; an empty mapping if it is none, or not there: files of others may be no JSON at all, as in tests of a tool. */
export function parsedJson(text = '{}') {
  try {
    return Object(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    return {};
  }
}

const MAPPINGS = ['scripts', 'dependencies', 'devDependencies', 'optionalDependencies'];

/** A package.json, read; as npm does, scripts and dependencies that are no texts in a mapping count as not there. */
export function parsedPackage(text) {
  const manifest = parsedJson(text);
  const mappings = MAPPINGS.filter((key) => key in manifest).map((key) => [key, textsOf(manifest[key])]);
  return { ...manifest, ...Object.fromEntries(mappings) };
}

function textsOf(value) {
  return Object.fromEntries(Object.entries(Object(value)).filter(([, each]) => typeof each === 'string'));
}
