// What frameworks need that no script of package.json says. FRAMEWORKS is data: a framework is added by a mapping.

/** Where many build tools keep what their next run can use. */
const COMMON_CACHE = 'node_modules/.cache';
const ANY_CONFIG = /^[\w.-]+\.config\.[cm]?[jt]s$/;
/** What Nitro builds is a program with all its packages. */
const NITRO = {
  start: 'node .output/server/index.mjs',
  replaces: /^(?:nuxt|nuxi|nitro|vinxi) (?:start|preview|dev)\b|^node (?:\.\/)?\.output\/server\/index\.mjs$/,
  output: { ship: { '.output': '.output' } },
};
/** The scheme and the host that a browser sees: SvelteKit refuses forms of pages that do not come from there. */
const SVELTE_ORIGIN = { PROTOCOL_HEADER: 'x-forwarded-proto', HOST_HEADER: 'x-forwarded-host' };
const VITE_FOR_DEVELOPERS = /^vite (?:dev|preview)\b|^vite$/;

/**
 * `package`: the dependency, or one of several, that tells the framework.
 * `caches`: folders that its build reads again. They are kept between builds and are in no image.
 * `env`: variables for the build and for the program; `buildEnv`: for the build alone.
 * `writable`: folders of the build that the program writes to.
 * `prepares`: scripts that installing runs (`postinstall`, `prepare`) and whose work the build does anyway.
 * `start`: the command that starts what was built, or a function that gives it, or nothing. It counts if package.json has no script `start`,
 * or one that `replaces` matches: a server for development, or the same one.
 * `output`: a program that needs no other file of the folder. `file`: a pattern of configuration files; `has`, `hasNot`: of the text that tells
 * that the build makes it. `ship`: folders of the build, and where the image gets them; those that may be missing are folders of the
 * project. `start`, `replaces`, `writable`: in place of those above.
 */
export const FRAMEWORKS = [
  {
    package: 'next',
    caches: ['.next/cache'],
    env: { NEXT_TELEMETRY_DISABLED: '1' },
    writable: ['.next'],
    start: 'next start',
    replaces: /^next dev\b/,
    output: {
      file: /^next\.config\.[cm]?[jt]s$/,
      has: /\boutput\s*:\s*(['"`])standalone\1/,
      // They move what is built.
      hasNot: /\b(?:distDir|outputFileTracingRoot)\b/,
      replaces: /^next (?:start|dev)\b|^node (?:\.\/)?\.next\/standalone\/server\.js$/,
      ship: { '.next/standalone': '.', '.next/static': '.next/static', public: 'public' },
      start: 'node server.js',
      writable: ['.next/standalone/.next'],
    },
  },
  { package: 'nuxt', env: { NUXT_TELEMETRY_DISABLED: '1' }, prepares: /^(?:nuxt|nuxi) prepare$/, ...NITRO },
  { package: '@sveltejs/kit', prepares: /^svelte-kit sync(?: \|\| (?:true|echo\b[^&|;]*))?$/ },
  { package: ['nitro', 'nitropack', 'vinxi'], ...NITRO },
  {
    package: '@sveltejs/adapter-auto',
    // It takes adapter-node where it takes the build for one of Google Cloud Run, and installs it if it is not there.
    buildEnv: { GCP_BUILDPACKS: '1' },
    env: SVELTE_ORIGIN,
    start: (data) => (textIn(data, ANY_CONFIG, /@sveltejs\/adapter-auto\b/) ? 'node build' : undefined),
    replaces: VITE_FOR_DEVELOPERS,
  },
  {
    package: '@sveltejs/adapter-node',
    env: SVELTE_ORIGIN,
    start: (data) => `node ${textIn(data, ANY_CONFIG, /\badapter\(\s*\{[^}]*\bout\s*:\s*(['"`])([\w./-]+)\1/)?.[2] ?? 'build'}`,
    replaces: VITE_FOR_DEVELOPERS,
  },
  { package: '@react-router/dev', prepares: /^react-router typegen$/ },
  { package: '@react-router/serve', start: 'react-router-serve ./build/server/index.js', replaces: /^react-router dev\b/ },
  { package: '@remix-run/serve', start: 'remix-serve ./build/server/index.js', replaces: /^remix (?:vite:)?dev\b/ },
  {
    package: '@astrojs/node',
    start: (data) => (textIn(data, ANY_CONFIG, /\bmode\s*:\s*(['"`])middleware\1/) ? undefined : 'node ./dist/server/entry.mjs'),
    replaces: /^astro (?:dev|preview)\b/,
  },
  { package: 'astro', prepares: /^astro sync$/, caches: ['node_modules/.astro'], env: { ASTRO_TELEMETRY_DISABLED: '1' } },
  {
    package: '@angular/ssr',
    start: (data, { scripts = {} }) => scripts[Object.keys(scripts).find((name) => name.startsWith('serve:ssr')) ?? ''],
    replaces: /^ng serve\b/,
  },
  { package: ['@angular/cli', '@angular/build'], caches: ['.angular/cache'], env: { NG_CLI_ANALYTICS: 'false' } },
  // Where templates of create-vite and create-vue have the TypeScript compiler keep what it knows.
  { package: ['vite', 'rolldown-vite'], caches: ['node_modules/.tmp'] },
  { package: 'gatsby', caches: ['.cache'], env: { GATSBY_TELEMETRY_DISABLED: '1' } },
  { package: 'turbo', caches: ['.turbo'], env: { TURBO_TELEMETRY_DISABLED: '1' } },
  { package: 'nx', caches: ['.nx/cache'] },
  { package: 'parcel', caches: ['.parcel-cache'] },
  { package: '@docusaurus/core', caches: ['.docusaurus'] },
];

/** The folders that a build reads again, from the context's root; those of workspaces, too. */
export function cachesOf(manifest) {
  const paths = placesOf(manifest).flatMap(([folder, each]) => {
    const own = frameworksOf(each).flatMap(({ caches = [] }) => caches);
    return [COMMON_CACHE, ...own].map((path) => folder + path);
  });
  return [...new Set(paths)];
}

/**
 * Variables as `NAME=VALUE`.
 * @param key `env`: for the build and for the program; `buildEnv`: for the build alone
 */
export function variablesOf(manifest, key) {
  const all = placesOf(manifest).flatMap(([, each]) => frameworksOf(each).flatMap((framework) => Object.entries(framework[key] ?? {})));
  return [...new Set(all.map(([name, value]) => `${name}=${value}`))];
}

/** Those that a project has. */
export function frameworksOf({ dependencies, devDependencies }) {
  const all = { ...devDependencies, ...dependencies };
  return FRAMEWORKS.filter((framework) => [framework.package].flat().some((name) => name in all));
}

/** Whether a script that installing runs does only what the build does, too. */
export function isPartOfBuild(script, manifest) {
  return frameworksOf(manifest).some(({ prepares }) => prepares?.test(script.trim()));
}

/** Folders of the build that programs of workspaces, and of the folder, write to, from the context's root. */
export function writableIn(manifest) {
  return placesOf(manifest).flatMap(([folder, each]) => frameworksOf(each).flatMap(({ writable = [] }) => writable.map((path) => folder + path)));
}

/** The package.json of the folder and of the packages of a monorepo, each with its folder: '' or 'packages/a/'. */
function placesOf(manifest) {
  const { packages = [] } = manifest;
  return [['', manifest], ...packages.map((each) => [`${each.folder}/`, each.manifest])];
}

/** The match of a pattern in the first file at the top that has one, comments left out. */
export function textIn({ files, text }, file, pattern) {
  const texts = files.filter((path) => file.test(path)).map((path) => withoutComments(text(path) ?? ''));
  return texts.map((each) => pattern.exec(each)).find(Boolean);
}

function withoutComments(source) {
  return source.replace(/\/\*[^]*?\*\/|^\s*\/\/.*$|(?<=[\s,;{}])\/\/ .*$/gm, '');
}
