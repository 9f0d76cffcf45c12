// The Debian packages that gems need.

/** What compiles gems with code in C. It is in no image. */
const TOOLCHAIN = ['ca-certificates', 'ruby-dev', 'gcc', 'g++', 'make', 'pkg-config', 'libyaml-dev', 'zlib1g-dev'];
/** Headers and tools for gems that are linked with libraries. The libraries get into the image (bundle.sh). */
const DEVEL = {
  charlock_holmes: ['libicu-dev', 'zlib1g-dev', 'libssl-dev'],
  curb: ['libcurl4-openssl-dev'],
  eventmachine: ['libssl-dev'],
  ffi: ['libffi-dev'],
  'idn-ruby': ['libidn-dev'],
  mysql2: ['default-libmysqlclient-dev'],
  openssl: ['libssl-dev'],
  pg: ['libpq-dev'],
  rmagick: ['libmagickwand-dev'],
  rugged: ['cmake', 'libssl-dev'],
  trilogy: ['libssl-dev'],
  tiny_tds: ['freetds-dev'],
};
/** What gems look for when they are used: programs, data, and libraries that they open by name. */
const SHIP = {
  image_processing: ['libvips42t64'],
  mini_magick: ['imagemagick'],
  'ruby-vips': ['libvips42t64'],
  tzinfo: ['tzdata'],
};
/** Gems as Debian packages: they are compiled. */
const OF_DEBIAN = /^(ruby-|rails$|puma$)/;

/** `devel`: to install the gems; `ship`: to use them. */
export function packagesOf(data, { names, isFromGit, folders }) {
  // A gemspec that asks git for the list of files is read at each start, too.
  const asksGit = folders.length > 0 && data.files.some((file) => isGemspec(file) && /\bgit ls-files\b/.test(data.text(file) ?? ''));
  const toolchain = [...data.options.ship_packages, ...data.aptfile()].some((name) => OF_DEBIAN.test(name)) ? [] : TOOLCHAIN;
  const git = isFromGit ? ['git', 'ca-certificates'] : [];
  return {
    devel: unique([...toolchain, ...git, ...(toolchain.length > 0 ? neededBy(names, DEVEL) : [])]),
    ship: unique([...(asksGit ? ['git'] : []), ...neededBy(names, SHIP)]),
  };
}

function isGemspec(file) {
  return file.endsWith('.gemspec') && !file.startsWith('vendor/');
}

function neededBy(names, table) {
  return Object.entries(table).flatMap(([gem, packages]) => (names.has(gem) ? packages : []));
}

function unique(list) {
  return [...new Set(list)];
}
