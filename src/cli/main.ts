/** The `faaso` command: gives the process's parts to run() and takes its exit status. */
import module from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { makePrivate } from './compile-cache.ts';

/** What undici needs; package.json says the same. */
const OLDEST = [22, 19] as const;

const environment = { ...process.env };
// docker-modem reads them by itself: it would go past the relay to the engine, or fail over files that are not there.
for (const name of ['DOCKER_HOST', 'DOCKER_CERT_PATH', 'DOCKER_CLIENT_TIMEOUT', 'DOCKER_PATH_PREFIX'])
  Reflect.deleteProperty(process.env, name);
const home = homedir();

if (isTooOld(process.versions.node)) {
  process.stderr.write(
    `faaso: Node.js ${OLDEST.join('.')} or newer is needed; this is ${process.version}.\n`,
  );
  process.exit(1);
}
// Halves the time that `faaso` takes to start. What is cached must be nobody else's to write, so it is not in /tmp.
const compiled = join(cacheFolder(environment.XDG_CACHE_HOME), 'faaso', 'compiled');
if (makePrivate(compiled)) module.enableCompileCache(compiled);
const [{ run }, { abortWhenStopped }] = await Promise.all([
  import('./run.ts'),
  import('./terminal/signals.ts'),
]);

// Nobody may read the progress: the operation continues.
process.stderr.on('error', () => undefined);

process.exitCode = await run(process.argv.slice(2), {
  environment,
  folder: currentFolder(),
  home,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  ...abortWhenStopped(process),
  atExit: (work) => void process.on('exit', work),
});

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

function cacheFolder(given: string | undefined): string {
  return given !== undefined && isAbsolute(given) ? given : join(home, '.cache');
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    process.stderr.write('faaso: this folder is gone; go to another one: cd\n');
    process.exit(1);
  }
}
