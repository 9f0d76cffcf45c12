/** The project's own ways, for comparison: its build command after the same change, and the image of a Dockerfile as its docs advise. */
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { docker, dockerQuietly } from '../support/engine/docker-cli.ts';
import { RUN } from '../support/engine/proxy-under-test.ts';
import { wordOf } from './check.ts';
import { buildAfterChange, run, type Project } from './project.ts';

export interface Own {
  /** Its own build command after one changed line, in seconds: the median of three. */
  readonly buildSeconds?: number;
  readonly imageBytes?: number;
}

/** @param folder the project as its generator made it; it is copied first */
export async function own(project: Project, folder: string): Promise<Own> {
  const copy = `${folder}.own`;
  await cp(folder, copy, { recursive: true, verbatimSymlinks: true });
  try {
    const imageBytes = await advisedImage(project, copy);
    const buildSeconds = await ownBuild(project, copy);
    return {
      ...(imageBytes === undefined ? {} : { imageBytes }),
      ...(buildSeconds === undefined ? {} : { buildSeconds }),
    };
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function ownBuild(project: Project, folder: string): Promise<number | undefined> {
  const { own: commands } = project;
  if (commands === undefined) return undefined;
  const [install = '', ...words] = commands.install ?? [];
  if (install !== '') await run(folder, install, ...words);
  const [build = '', ...rest] = commands.build;
  await run(folder, build, ...rest);
  return buildAfterChange(project, folder, () => run(folder, build, ...rest));
}

async function advisedImage({ advice, title }: Project, folder: string): Promise<number | undefined> {
  if (advice === undefined) return undefined;
  const image = `faaso-advice-${RUN}:${wordOf(title)}`;
  const dockerfile = join(folder, 'Dockerfile.advice');
  await writeFile(dockerfile, advice.dockerfile);
  await writeFile(`${dockerfile}.dockerignore`, advice.dockerignore ?? 'node_modules\n.git\n');
  await run(folder, 'docker', 'build', '--quiet', '--file', dockerfile, '--tag', image, '.');
  try {
    return Number(await docker('image', 'inspect', '--format', '{{.Size}}', image));
  } finally {
    await dockerQuietly('image', 'rm', '--force', image);
    await rm(dockerfile);
    await rm(`${dockerfile}.dockerignore`);
  }
}
