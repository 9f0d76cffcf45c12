/** The proxy's image and its Compose project, as the stands use them. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { docker } from './docker-cli.ts';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The id of this test run, on everything that it makes; `dev` where a file is run by itself with `node --test`. */
export const RUN = process.env['FAASO_TEST_RUN'] ?? 'dev';

/** The image that scripts/run-tests.ts built; a file that is run by itself builds its own, mostly from the cache. */
export async function imageOfTests(): Promise<string> {
  const built = process.env['FAASO_TEST_IMAGE'];
  if (built !== undefined) return built;
  const image = 'faaso-proxy-test:dev';
  await docker('build', '--quiet', '--tag', image, '--label', `faaso.test=${RUN}`, root);
  return image;
}

/**
 * `docker compose up` of a project with these settings and no others: neither this shell's nor those of a .env file.
 * @param overlays Compose files that are laid over the project's own
 */
export async function compose(
  project: string,
  settings: Readonly<Record<string, string>>,
  overlays: readonly string[] = [],
): Promise<void> {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('FAASO_'));
  const files = [`${root}compose.yaml`, `${root}test/support/engine/compose.labels.yaml`, ...overlays];
  await execute(
    'docker',
    [
      'compose',
      '--project-name',
      project,
      '--env-file',
      '/dev/null',
      ...files.flatMap((file) => ['--file', file]),
      'up',
      '--detach',
      '--no-build',
    ],
    { env: { ...Object.fromEntries(others), ...settings, FAASO_TEST_RUN: RUN } },
  );
}
