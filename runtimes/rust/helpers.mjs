// What Dockerfile.ejs needs to know of a funko: how cargo is called, and what starts the program.

const PROGRAM = '/usr/local/bin/funko';
/** Words that no shell has to read. */
const PLAIN = /^[\w@%+=:,./ -]+$/;
/** Debian's Rust. */
const RUST = { major: 1, minor: 85 };
const CONFIGS = ['.cargo/config.toml', '.cargo/config'];
/** As Debian's own packages are built: its crates lie in a folder. */
const FROM_DEBIAN = [
  `--config 'source.crates-io.replace-with="debian"'`,
  `--config 'source.debian.directory="/usr/share/cargo/registry"'`,
];

const READS_PORT = /\bvar(_os)?\("PORT"\)/;
/** `bind("0.0.0.0:8080")`, `.bind(("0.0.0.0", 8080))`, `SocketAddr::from(([0, 0, 0, 0], 8080))`. */
const LISTENS = /"(?:0\.0\.0\.0|\[::\])(?::|",\s*)(\d{2,5})\b|\[0,\s*0,\s*0,\s*0\],\s*(\d{2,5})\b/g;

export default function helpers(data) {
  return { port: () => portOf(data), words: () => wordsOf(data), cargo: () => cargoOf(data) };
}

/**
 * `flags`: what cargo is given; `tokens`: names of the build secrets with tokens of registries; `env`: what the program of a known
 * framework needs to listen on the port.
 */
function cargoOf(data) {
  const { options, has, text, files } = data;
  const config = CONFIGS.map((file) => text(file) ?? '').join('\n');
  warnOfToolchain(data);
  const isFromDebian =
    options.devel_packages.some((name) => /^librust-.+-dev$/.test(name)) && !/^\s*\[source\b/m.test(config);
  // Versions are Debian's then, whichever Cargo.lock says.
  const lock = has('Cargo.lock') && !isFromDebian ? ['--locked'] : [];
  const features = options.features.length > 0 ? [`--features ${options.features.join(',')}`] : [];
  const tokens = [...config.matchAll(/^\s*\[registries\.([\w-]+)\]/gm)].map(
    ([, name]) => `CARGO_REGISTRIES_${name.toUpperCase().replaceAll('-', '_')}_TOKEN`,
  );
  const manifests = files.filter((file) => /(^|\/)Cargo\.toml$/.test(file) && !file.startsWith('vendor/'));
  const isRocket = manifests.some((file) => /^\s*rocket\b/m.test(text(file) ?? ''));
  const env = isRocket ? ' ROCKET_ADDRESS=0.0.0.0 ROCKET_PORT=3000' : '';
  return { flags: [...(isFromDebian ? FROM_DEBIAN : []), ...lock, ...features], tokens, env };
}

/** The only port in the code, for a funko.yml that is written; empty if it is the usual one, and if the program reads PORT. */
function portOf({ files, text }) {
  const texts = files.filter((file) => file.endsWith('.rs') && !file.startsWith('vendor/')).map((file) => text(file) ?? '');
  if (texts.some((code) => READS_PORT.test(code))) return '';
  const ports = new Set(texts.flatMap((code) => [...code.matchAll(LISTENS)].map(([, plain, named]) => plain ?? named)));
  const [first = ''] = ports;
  return ports.size === 1 && first !== '3000' ? first : '';
}

/** Debian's cargo does not read this file. */
function warnOfToolchain({ text, options, warn }) {
  const file = ['rust-toolchain.toml', 'rust-toolchain'].find((name) => text(name) !== undefined);
  if (file === undefined || options.toolchain !== '') return;
  const [, wanted] = /^\s*(?:channel\s*=\s*"?)?([\w.-]+)"?\s*$/m.exec(text(file).replace(/^\s*\[.*$/gm, '')) ?? [];
  if (wanted === undefined || wanted === 'stable') return;
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(wanted) ?? [];
  if (Number(major) < RUST.major || (Number(major) === RUST.major && Number(minor) <= RUST.minor)) return;
  warn(
    `${file} asks for Rust ${wanted}, and Debian's is ${RUST.major}.${RUST.minor}; an image with that one is named by ` +
      '"options: { toolchain: … }" in funko.yml, e.g. rust:1.91-slim-trixie',
  );
}

/** The image's command. An image without Debian has no shell. */
function wordsOf({ options, command, fail }) {
  const { start, ship_packages } = options;
  if (start.length === 0) return [PROGRAM];
  if (typeof start !== 'string' || ship_packages.length > 0) return command(start);
  if (PLAIN.test(start)) return start.trim().split(/ +/);
  return fail(
    `funko.yml: options.start is ${JSON.stringify(start)}, which needs a shell, and the image has none; name a Debian package in ` +
      'options.ship_packages, e.g. dash, or give a list of a program and its arguments',
  );
}
