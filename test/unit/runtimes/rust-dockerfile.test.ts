/** How the runtime `rust` calls cargo: by what lies in the folder and what funko.yml says. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtWith } from '../../support/builder/contexts.ts';

const PACKAGE = { 'Cargo.toml': '[package]\nname = "hello"\n', 'src/main.rs': 'fn main() {}\n' };
const DEBIAN = `--config 'source.crates-io.replace-with="debian"' --config 'source.debian.directory="/usr/share/cargo/registry"'`;

/** What .runtime/build.sh is given. */
async function called(files: Record<string, string>, options = ''): Promise<string> {
  const { text } = await builtWith('rust', { ...PACKAGE, ...files }, options);
  return /build\.sh \/context \/image (.*)/.exec(text)?.[1] ?? '';
}

it('compiles by the lock file, with the program and the features that are asked for', async () => {
  assert.equal(await called({}), 'hello ""');
  assert.equal(await called({ 'Cargo.lock': '' }), 'hello "" --locked');
  const options = 'options: { bin: web, features: [tls, db/postgres] }\n';
  assert.equal(await called({}, options), 'hello "web" --features tls,db/postgres');
});

it("takes crates from Debian's packages if one is named, in whichever version they are", async () => {
  const options = 'options: { devel_packages: [librust-serde-dev, libssl-dev] }\n';
  assert.equal(await called({ 'Cargo.lock': '' }, options), `hello "" ${DEBIAN}`);
  const vendored = { '.cargo/config.toml': '[source.crates-io]\nreplace-with = "vendored-sources"\n' };
  assert.equal(await called(vendored, options), 'hello ""');
});

it('keeps what was compiled and what was downloaded for the funko alone', async () => {
  const { text } = await builtWith('rust', PACKAGE);
  assert.match(text, /target=\/funko,sharing=locked,id=faaso-hello\/funko /);
  assert.match(text, /--mount=type=cache,target=\/root\/\.cargo\/registry,id=faaso-hello\/root\/\.cargo\/registry /);
});

it('tells Rocket where to listen', async () => {
  const { text } = await builtWith('rust', {
    ...PACKAGE,
    'web/Cargo.toml': '[dependencies]\nrocket = "0.5"\n',
  });
  assert.match(text, /ENV PORT=3000 .* ROCKET_ADDRESS=0\.0\.0\.0 ROCKET_PORT=3000\n/);
  assert.doesNotMatch((await builtWith('rust', PACKAGE)).text, /ROCKET/);
});

it("compiles in an image of one's own, and warns of a newer Rust than Debian's", async () => {
  const toolchain = { ...PACKAGE, 'rust-toolchain.toml': '[toolchain]\nchannel = "1.91"\n' };
  const { warnings } = await builtWith('rust', toolchain);
  assert.match(
    warnings.join(),
    /rust-toolchain\.toml asks for Rust 1\.91, and Debian's is 1\.85; .*toolchain/,
  );
  const own = await builtWith('rust', toolchain, 'options: { toolchain: "rust:1.91-slim-trixie" }\n');
  assert.match(own.text, /^FROM rust:1\.91-slim-trixie AS build\n/m);
  assert.doesNotMatch(own.text, /\bcargo rsync/);
  assert.deepEqual(own.warnings, []);
  for (const text of ['[toolchain]\nchannel = "stable"\n', '[toolchain]\nchannel = "1.80.1"\n', '1.85\n'])
    assert.deepEqual((await builtWith('rust', { ...PACKAGE, 'rust-toolchain.toml': text })).warnings, []);
});
