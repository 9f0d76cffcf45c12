/** Builds one folder's funko: its context is made here, the image where the host's engine is. */
import type { BuildContext } from '../builder/context.ts';
import type { BuildResult } from '../lifecycle/funkos.ts';
import { wishesOf, type BuildWishes } from './commands/build-wishes.ts';
import type { Host } from './funkos-for.ts';
import { BuildLines } from './output/build-lines.ts';
import { duration } from './output/durations.ts';
import type { Output } from './output/output.ts';
import { runtimesFolder } from './runtimes-folder.ts';
import type { Session } from './session.ts';

export interface BuildFolderOptions extends BuildWishes {
  /** Shows the whole log. */
  readonly verbose?: boolean;
}

/** Builds the next version, showing how it goes. Throws as `Funkos.build` does, and what reading the folder throws. */
export async function buildFolder(
  word: string,
  host: Host,
  options: BuildFolderOptions,
  session: Session,
  output: Output,
): Promise<BuildResult> {
  const { openContext } = await import('../builder/context.ts');
  const request = { folder: word, runtimesFolder: runtimesFolder(), signal: session.signal };
  const context = await openContext(request);
  for (const warning of context.warnings) output.warn(warning);
  try {
    return await send(context, host, options, session, output);
  } finally {
    context.tar.destroy();
    output.idle();
  }
}

async function send(
  { manifest, health, tar, digest }: BuildContext,
  { funkos }: Host,
  options: BuildFolderOptions,
  { signal }: Session,
  output: Output,
): Promise<BuildResult> {
  output.note(`Building ${manifest.name} (${manifest.runtime ?? 'its own Dockerfile'})`);
  const lines = new BuildLines(output, { verbose: options.verbose ?? false });
  output.busy('reading the build context');
  const wishes = wishesOf(options);
  const content = await digest({ health, ...wishes });
  output.busy('sending the build context');
  const request = { manifest, health, context: tar, content, ...wishes };
  const building = funkos.build(request, (event) => lines.event(event), signal);
  const result = await building.finally(() => lines.end());
  output.note(summary(result));
  if (result.removed.length > 0) output.note(`Removed old versions: ${result.removed.join(', ')}`);
  return result;
}

function summary({ funko, version, unchanged, reused, seconds }: BuildResult): string {
  if (reused)
    return `Released ${funko} ${version} in ${duration(seconds)}: only settings changed, so nothing was built`;
  return unchanged
    ? `${funko} is unchanged: ${version} was built from the same (--force builds it all the same)`
    : `Built ${funko} ${version} in ${duration(seconds)}`;
}
