/** A look at a funko's folder: its build context, and all its files as they are now. */
import { openContext, type BuildContext } from '../builder/context.ts';
import { snapshotOf, type ContextSnapshot } from '../builder/changes.ts';
import type { BuildSecrets } from '../docker/buildkit/build-request.ts';
import { FaasoError, systemCodeOf } from '../errors.ts';
import type { TrustCheck } from '../builder/runtime/runtime.ts';
import type { FolderWatch } from './folder-watch.ts';

/** A folder that gets new folders faster than it can be looked at is not waited for. */
const MOST_LOOKS = 10;

/** What a look has found. */
export interface Seen {
  readonly context: BuildContext;
  readonly snapshot: ContextSnapshot;
}

export interface DevPlace {
  readonly folder: string;
  readonly runtimesFolder: string;
  readonly trust?: TrustCheck | undefined;
  /** The build secrets that are given. */
  readonly secrets?: BuildSecrets | undefined;
}

/**
 * Looks at all files, when all their folders are watched: what changes after that is heard.
 * Throws as `openContext` does, and `bad_setting` if a folder can't be watched.
 */
export async function takeSnapshot(place: DevPlace, watch: FolderWatch, signal: AbortSignal): Promise<Seen> {
  for (let looks = 1; ; looks += 1) {
    const seen = await lookOnce(place, signal).catch((error: unknown) => {
      if (!hasVanished(error) || looks === MOST_LOOKS) throw error;
    });
    if (seen && (!(await watch.follow(seen.context.folders)) || looks === MOST_LOOKS)) return seen;
    seen?.context.tar.destroy();
  }
}

async function lookOnce(
  { folder, runtimesFolder, secrets = {}, trust }: DevPlace,
  signal: AbortSignal,
): Promise<Seen> {
  const context = await openContext({ folder, runtimesFolder, secrets: Object.keys(secrets), trust, signal });
  try {
    return { context, snapshot: await snapshotOf(context.items) };
  } catch (error) {
    context.tar.destroy();
    throw error;
  }
}

/** An editor's own file was there when the folder was listed, and is gone: the next list tells what there is. */
function hasVanished(error: unknown): boolean {
  return error instanceof FaasoError && systemCodeOf(error.cause) === 'ENOENT';
}
