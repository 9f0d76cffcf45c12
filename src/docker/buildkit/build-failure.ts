/** Why a build failed, in the engine's words. Pure. */
import { FaasoError } from '../../errors.ts';
import { placeOf } from './buildkit-messages.ts';
import type { BuildProgress } from './buildkit-progress.ts';
import { GrpcError } from './grpc.ts';

/** BuildKit answered without one. */
export const NO_IMAGE = 'The engine ended the build without an image and without an error.';

const DISK_FULL = /no space left on device/i;
const DISK_FULL_FIX =
  'If it is the engine’s disk that is full: "faaso prune --cache 0" frees what old builds left; "faaso status --disk" says what funkos take.';

/** An engine's words when its build cache names a layer that it has lost (moby issues 36573 and 41595). */
const LAYER_LOST = 'layer does not exist';
const LAYER_LOST_FIX =
  'The engine’s build cache is damaged: "faaso prune --cache 0" empties it. Then build again.';

/** BuildKit's words between a step's command and why it failed. */
const STEP_FAILED = 'did not complete successfully:';
/** runc's words when it can't use the cgroup that it is told. What a step itself ends with has an exit code. */
const CGROUP_REFUSED = /(?:OCI runtime|runc (?:create|run)).*cgroup/s;
const ENDED_ITSELF = /exit code: \d+$/;
/** Paths and commands of the step, which runc tells in Go's notation. */
const QUOTED = /"(?:[^"\\]|\\.)*"/gs;

const BROKEN = -1;
/** gRPC's "unavailable": the engine is on its way down. */
const UNAVAILABLE = 14;

/**
 * The error for what a build ended with: `build_failed` with the Dockerfile's line, the failing step and its last lines, or
 * `engine_unreachable` where the engine broke off. Anything that is not BuildKit's own is given back as it is.
 */
export function failureOf(error: unknown, { failed }: Pick<BuildProgress, 'failed'>): unknown {
  if (!(error instanceof GrpcError)) return error;
  const details = failed ? [failed.name, ...failed.lines] : [];
  if (error.status === BROKEN || error.status === UNAVAILABLE) {
    // A step had failed: that is why there is no answer, or all that will be known of it.
    if (failed) return new FaasoError('build_failed', `The build failed: ${failed.error}`, { details });
    const message = 'The engine broke off in the middle of the build. See that it runs, then build again.';
    return new FaasoError('engine_unreachable', message, { cause: error });
  }
  const place = error.details && placeOf(error.details);
  const at = place === undefined ? '' : ` at ${place}`;
  const message = `The build failed${at}: ${error.message}`;
  const isFull = [message, ...details].some((line) => DISK_FULL.test(line));
  const fixes = [
    ...(isFull ? [DISK_FULL_FIX] : []),
    ...(error.message.includes(LAYER_LOST) ? [LAYER_LOST_FIX] : []),
  ];
  return new FaasoError('build_failed', message, { details: [...details, ...fixes] });
}

/** Whether a build failed because the build cache names a layer that the engine has lost: without the cache it may succeed. */
export function isOfDamagedCache(error: unknown): boolean {
  return error instanceof FaasoError && error.details.includes(LAYER_LOST_FIX);
}

/** The same failure, saying what fixes it, if it comes from the cgroup that the build was to run in; else undefined. */
export function cgroupRefusal(error: unknown, cgroup: string): FaasoError | undefined {
  if (!(error instanceof FaasoError) || error.code !== 'build_failed') return undefined;
  const reason = reasonOf(error.message);
  if (!CGROUP_REFUSED.test(reason) || ENDED_ITSELF.test(reason)) return undefined;
  const fix = `The engine can't run builds in the cgroup ${cgroup}. Build again; if it stays so, set FAASO_BUILD_CGROUP=none.`;
  return new FaasoError('build_failed', `${error.message}\n${fix}`, {
    cause: error,
    details: error.details,
  });
}

/** Why a step failed, without what the Dockerfile says; empty if no step did. */
function reasonOf(message: string): string {
  const end = message.lastIndexOf(STEP_FAILED);
  return end < 0 ? '' : message.slice(end + STEP_FAILED.length).replaceAll(QUOTED, '""');
}
