/** Generators and packages of Debian, for projects whose own registry is not in reach. */
import { createHash } from 'node:crypto';
import { RUN } from '../support/engine/proxy-under-test.ts';
import { run } from './project.ts';

/** The first lines of a Dockerfile with Debian packages in place of what a framework's documentation installs. */
export const withPackages = (...packages: readonly string[]): string => `FROM debian:trixie-slim
RUN ${needsManuals(packages) ? 'mkdir -p /usr/share/man/man1 && ' : ''}apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')} && rm -rf /var/lib/apt/lists/*
`;

/** The slim image has no folder for manuals, and Java's packages make links there. */
const needsManuals = (packages: readonly string[]): boolean =>
  packages.some((name) => name.startsWith('openjdk-'));

/** What is compiled stays in a folder beside the code, as it does for a developer. */
const IN_FOLDER =
  'docker run --rm --volume "$PWD:/project" --workdir /project --env HOME=/project/.home "$2" sh -c "$3"';
const BUILD = 'printf %s "$1" | docker build --quiet --tag "$2" -';

/** The image in which `runOfDebian` runs commands that these packages have. */
export const imageOf = (packages: readonly string[]): string =>
  `faaso-generator-${RUN}:${packages[0]}-${createHash('sha256').update(packages.join()).digest('hex').slice(0, 8)}`;

/** The words of a command in the folder where it is run, with Debian packages, for `own` of a project. */
export const byDebian = (packages: readonly string[], command: string): readonly string[] => [
  ...['sh', '-c', `${BUILD} >/dev/null && ${IN_FOLDER}`, 'sh'],
  ...[withPackages(...packages), imageOf(packages), command],
];

/** Runs a command that Debian packages have in a folder that exists, as the user of this process. */
export async function runOfDebian(
  folder: string,
  packages: readonly string[],
  ...words: readonly string[]
): Promise<void> {
  const image = imageOf(packages);
  await run(folder, 'sh', '-c', BUILD, 'sh', withPackages(...packages), image);
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const place = ['--user', user, '--volume', `${folder}:/project`, '--workdir', '/project'];
  await run(folder, 'docker', 'run', '--rm', ...place, image, ...words);
}
