// What frameworks need that no script of package.json says. FRAMEWORKS is data: a framework is added by a mapping.

/** Where many build tools keep what their next run can use. */
const COMMON_CACHE = 'node_modules/.cache';
const ANY_CONFIG = /^[\w.-]+\.config\.[cm]?[jt]s$/;
/** What Nitro builds is a program with all its packages. */
const NITRO = { ship: { '.output': '.output' }, start: 'node .output/server/index.mjs' };
/** The scheme and the host that a browser sees: SvelteKit refuses forms of pages that do not come from there. */
const SVELTE_ORIGIN = { PROTOCOL_HEADER: 'x-forwarded-proto', HOST_HEADER: 'x-forwarded-host' };
const VITE_FOR_DEVELOPERS = /^vite (?:dev|preview)\b|^vite$/;

/**
 * `package`: the dependency, or one of several, that tells the framework.
 * `caches`: folders that its build reads again. They are kept between builds and are in no image.
 * `env`: variables for the build and for the program; `buildEnv`: for the build alone.
 * `writable`: folders of the build that the program writes to.
 * `start`: the command that starts what was built, or a function that gives it, or nothing. It counts if package.json has no script `start`,
 * or one that `replaces` matches: a server for development.
 * `output`: a program that needs no other file of the folder. `if`: a pattern of configuration files, and one of the text that tells that the
 * build makes it. `replaces`: the scripts `start` that this program stands for. `ship`: folders of the build, and where the image gets them;
 * those that may be missing are folders of the project. `start`, `writable`: as above.
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
      if: [/^next\.config\.[cm]?[jt]s$/, /\boutput\s*:\s*(['"`])standalone\1/],
      replaces: /^next (?:start|dev)\b|^node (?:\.\/)?\.next\/standalone\/server\.js$/,
      ship: { '.next/standalone': '.', '.next/static': '.next/static', public: 'public' },
      start: 'node server.js',
      writable: ['.next/standalone/.next'],
    },
  },
  {
    package: 'nuxt',
    env: { NUXT_TELEMETRY_DISABLED: '1' },
    output: { replaces: /^(?:nuxt|nuxi) (?:start|preview|dev)\b|^node (?:\.\/)?\.output\/server\/index\.mjs$/, ...NITRO },
  },
  {
    package: ['nitro', 'nitropack', 'vinxi'],
    output: { replaces: /^(?:nitro|vinxi) (?:start|preview|dev)\b|^node (?:\.\/)?\.output\/server\/index\.mjs$/, ...NITRO },
  },
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
  { package: '@react-router/serve', start: 'react-router-serve ./build/server/index.js', replaces: /^react-router dev\b/ },
  { package: '@remix-run/serve', start: 'remix-serve ./build/server/index.js', replaces: /^remix (?:vite:)?dev\b/ },
  {
    package: '@astrojs/node',
    start: (data) => (textIn(data, ANY_CONFIG, /\bmode\s*:\s*(['"`])middleware\1/) ? undefined : 'node ./dist/server/entry.mjs'),
    replaces: /^astro (?:dev|preview)\b/,
  },
  { package: 'astro', caches: ['node_modules/.astro'], env: { ASTRO_TELEMETRY_DISABLED: '1' } },
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
export function cachesOf(data, manifest) {
  const paths = packagesOf(data, manifest).flatMap(([folder, each]) => {
    const own = frameworksOf(each).flatMap(({ caches = [] }) => caches);
    return [COMMON_CACHE, ...own].map((path) => folder + path);
  });
  return [...new Set(paths)];
}

/**
 * Variables as `NAME=VALUE`.
 * @param key `env`: for the build and for the program; `buildEnv`: for the build alone
 */
export function variablesOf(data, manifest, key) {
  const all = packagesOf(data, manifest).flatMap(([, each]) => frameworksOf(each).flatMap((framework) => Object.entries(framework[key] ?? {})));
  return [...new Set(all.map(([name, value]) => `${name}=${value}`))];
}

/** Those that a project has. */
export function frameworksOf({ dependencies, devDependencies }) {
  const all = { ...devDependencies, ...dependencies };
  return FRAMEWORKS.filter((framework) => [framework.package].flat().some((name) => name in all));
}

/** The package.json of the folder and of its workspaces, each with its folder: '' or 'packages/a/'. */
function packagesOf(data, manifest) {
  const isWorkspace = manifest.workspaces || data.has('pnpm-workspace.yaml');
  const nested = isWorkspace ? data.files.filter((path) => /(?<!node_modules\/.*)\/package\.json$/.test(path)) : [];
  return [['', manifest], ...nested.map((path) => [path.slice(0, -'package.json'.length), parsed(data, path)])];
}

function parsed({ text }, path) {
  try {
    return Object(JSON.parse(text(path) ?? '{}'));
  } catch {
    return {};
  }
}

/** The match of a pattern in the first file at the top that has one, comments left out. */
export function textIn({ files, text }, file, pattern) {
  const texts = files.filter((path) => file.test(path)).map((path) => withoutComments(text(path) ?? ''));
  return texts.map((each) => pattern.exec(each)).find(Boolean);
}

function withoutComments(source) {
  return source.replace(/\/\*[^]*?\*\/|^\s*\/\/.*$|(?<=[\s,;{}])\/\/ .*$/gm, '');
}
