/** Builds one folder's funko: its context is made here, the image where the host's engine is. */
import type { BuildContext } from '../../builder/context.ts';
import type { BuildParts } from '../../docker/buildkit/build-request.ts';
import { FaasoError } from '../../errors.ts';
import type { BuildResult } from '../../api/funko-api.ts';
import { readSecrets } from '../options/build-secrets.ts';
import { buildFlagsOf, type BuildFlags } from '../options/build-options.ts';
import type { FunkoHost } from '../connect/connect.ts';
import { BuildLines } from '../output/build-lines.ts';
import { duration } from '../output/durations.ts';
import type { Output } from '../output/output.ts';
import { trustOf } from './trusted-runtimes.ts';
import type { TrustFlags } from '../options/trust-option.ts';
import { runtimesFolder } from './runtimes-folder.ts';
import type { CliSession } from '../session.ts';

export interface BuildFolderOptions extends BuildFlags, TrustFlags {
  /** Shows the whole log. */
  readonly verbose?: boolean;
  /** What is built, for people; the runtime or the Dockerfile if absent. */
  readonly what?: string;
}

/** Builds the next version, showing how it goes. Throws as `Funkos.build` does, and what reading the folder throws. */
export async function buildFolder(
  word: string,
  host: FunkoHost,
  options: BuildFolderOptions,
  session: CliSession,
  output: Output,
): Promise<BuildResult> {
  const { openContext } = await import('../../builder/context.ts');
  const secrets = await readSecrets(options.secret, session);
  const context = await openContext({
    folder: word,
    runtimesFolder: runtimesFolder(),
    secrets: Object.keys(secrets.secrets ?? {}),
    trust: trustOf(options, session),
    signal: session.signal,
  });
  for (const warning of context.warnings) output.warn(warning);
  try {
    await checkTarget(context, options);
    return await send({ ...context, ...secrets }, host, options, session, output);
  } finally {
    context.tar.destroy();
    output.idle();
  }
}

async function send(
  context: BuildContext & Pick<BuildParts, 'secrets'>,
  { funkos }: FunkoHost,
  options: BuildFolderOptions,
  { signal }: CliSession,
  output: Output,
): Promise<BuildResult> {
  const { manifest, health, tar, dockerfile, digest, secrets } = context;
  output.note(`Building ${manifest.name} (${options.what ?? (await makerOf(context))})`);
  const lines = new BuildLines(output, { verbose: options.verbose ?? false });
  output.busy('reading the build context');
  const wishes = buildFlagsOf(options);
  const content = await digest({ health, ...wishes });
  lines.sending(context);
  const parts = {
    ...(secrets ? { secrets } : {}),
    ...(dockerfile === undefined ? {} : { dockerfile }),
  };
  const request = { manifest, health, context: tar, content, ...wishes, ...parts };
  const building = funkos.build(request, (event) => lines.event(event), signal);
  const result = await building.finally(() => lines.end());
  output.note(summary(result));
  if (result.removed.length > 0) output.note(`Removed old versions: ${result.removed.join(', ')}`);
  return result;
}

/** What says how it is built. */
async function makerOf({ manifest: { runtime }, ownDockerfile }: BuildContext): Promise<string> {
  return runtime === null || (await ownDockerfile()) !== null ? 'its own Dockerfile' : runtime;
}

/** Only a user's Dockerfile has stages that are meant to be images. Throws `usage`. */
async function checkTarget(
  { manifest, ownDockerfile }: BuildContext,
  { target }: BuildFolderOptions,
): Promise<void> {
  if (target === undefined) return;
  const text = await ownDockerfile();
  if (text !== null) {
    const { checkStage } = await import('../../builder/runtime/stages.ts');
    checkStage(text, target);
    return;
  }
  const message = `--target ${target}: it goes with a Dockerfile of one's own, and ${manifest.name} has that of the runtime ${manifest.runtime ?? ''}`;
  throw new FaasoError('usage', message);
}

function summary({ funko, version, unchanged, reused, seconds }: BuildResult): string {
  if (reused)
    return `Released ${funko} ${version} in ${duration(seconds)}: only settings changed, so nothing was built`;
  return unchanged
    ? `${funko} is unchanged: ${version} was built from the same (--force builds it all the same)`
    : `Built ${funko} ${version} in ${duration(seconds)}`;
}
