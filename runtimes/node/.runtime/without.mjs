// node without.mjs KEY,… COMMAND…: runs a command while no package.json of the folder has these keys. Afterwards these files and the
// lock files are as they were. Exits with the command's status.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';

const LOCK_FILES = ['yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb'];
const [keys, command, ...words] = process.argv.slice(2);
const manifests = globSync('**/package.json', { exclude: ['**/node_modules'] });
const files = [...manifests, ...globSync(LOCK_FILES)].map((path) => ({ path, bytes: readFileSync(path) }));

for (const { path, bytes } of files) if (manifests.includes(path)) strip(path, bytes);
const { status, error } = spawnSync(command, words, { stdio: 'inherit' });
for (const { path, bytes } of files) writeFileSync(path, bytes);
if (error) console.error(`${command} can't be run: ${error.message}`);
process.exitCode = status ?? 1;

/** One that is no JSON is no package's: a test of something, perhaps. */
function strip(path, bytes) {
  try {
    const manifest = JSON.parse(bytes);
    for (const key of keys.split(',')) delete manifest[key];
    writeFileSync(path, JSON.stringify(manifest));
  } catch {
    // It stays as it is.
  }
}
