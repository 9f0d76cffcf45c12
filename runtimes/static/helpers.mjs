// What the templates need to know of a site: which folder is served, and what makes it.

/** Where tools put a site that they have made, in the order in which they are looked for. */
const MADE = [
  'dist',
  'dist/browser',
  'dist/*/browser',
  'build',
  'out',
  '_site',
  '.output/public',
  'dist/*',
  '.vitepress/dist',
  'docs/.vitepress/dist',
  'www',
  'site',
  'book',
  'public',
];
/** Where people put one. */
const THERE = ['public', 'dist', 'build', 'out', '_site', 'www', 'site', 'docs', '.'];

export default function helpers(data) {
  const { options, buildStages } = data;
  const isMade = buildStages !== '' || options.build !== '';
  return {
    /** Whether the folder is made when the image is. */
    isMade,
    /** The folder that is served; several to look for if it is made and not named. */
    roots: () => (isMade ? (options.root === '' ? MADE : [options.root]) : [rootThere(data)]),
    check: () => check(data),
    has404: () => isMade || data.has(below(rootThere(data), '404.html')),
  };
}

function check({ options, buildStages, fail }) {
  if (buildStages === '') return;
  const inner = 'funko.yml: "build: { runtime: … }" builds the site, so';
  if (options.build !== '') fail(`${inner} a command goes there, too: "build: { runtime: …, options: { build: COMMAND } }"`);
  if (options.devel_packages.length > 0) fail(`${inner} devel_packages go there, too: "build: { runtime: …, options: { devel_packages: […] } }"`);
}

/** Refuses a site without its first page. */
function rootThere(data) {
  const { options, has, files, fail } = data;
  const { root, index } = options;
  const wanted = root === '' ? THERE : [root];
  const found = wanted.find((folder) => (index === '' ? folder === '.' || has(folder) : has(below(folder, index))));
  if (found !== undefined) return found;
  const where = root === '' ? `${THERE.filter((folder) => folder !== '.').join(', ')} or the folder itself` : root;
  const other = files.find((file) => file.endsWith(`/${index}`));
  const hint = other ? `; there is ${other}: name its folder with "options: { root: … }"` : '';
  const isSource = has('package.json') ? '; if npm makes the site: "build: { runtime: node }"' : '';
  return fail(`funko.yml: the runtime "static" has nothing to show: there is no ${index || 'folder'} in ${where}${hint}${isSource}; for files without pages: "options: { index: '' }"`);
}

function below(folder, file) {
  return folder === '.' ? file : `${folder}/${file}`;
}
