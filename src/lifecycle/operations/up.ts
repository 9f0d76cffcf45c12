/** Puts a version into service: new instances beside the old ones, ready, then the old ones go. */
import type { ContainerRow } from '../../docker/containers.ts';
import type { Image } from '../../docker/images.ts';
import { countFor } from '../state/desired-scale.ts';
import { checkName } from '../state/check-name.ts';
import type { UpEvent, UpRequest, UpResult } from '../../api/funko-api.ts';
import { generateSecrets } from '../generated-secrets.ts';
import { interruptedReleases, removeRelease } from '../rollout/interrupted-release.ts';
import { removePreviews } from '../rollout/remove-preview.ts';
import { manifestOf } from '../state/manifest-of.ts';
import { managedPreviews, presentOf, type Present } from '../state/managed.ts';
import { planOf } from '../rollout/plan.ts';
import { stateChangeTo } from '../state/desired-state.ts';
import { rollOut, startsAny, type RollOutPlan } from '../rollout/roll-out.ts';
import { checkSecrets } from './secret.ts';
import { servingOf } from '../state/serving.ts';
import type { OperationContext } from '../context.ts';
import { dropSplit } from '../state/split-state.ts';
import { nothingBuilt } from '../state/not-found.ts';
import { namesOf, nextNames, resultOf } from '../rollout/up-result.ts';
import { pickVersion, versionInService, versionsOf, type Version } from '../state/version-list.ts';
import { workersFor, type WantedWorker } from '../state/worker-count.ts';
import { workerPlanOf } from '../rollout/worker-plan.ts';
import { observe } from '../state/observe.ts';
import { DEFAULT_STEADY_SECONDS } from '../../funko/defaults.ts';

export interface Wanted {
  readonly funko: string;
  readonly version: Version;
  readonly versions: readonly Version[];
  /** How many instances. */
  readonly count: number;
  readonly workers: readonly WantedWorker[];
}

/**
 * Brings a version up. Doing it again changes nothing, and removes what an interrupted operation left behind.
 * Throws `bad_name`, `unknown_funko`, `unknown_version`, `missing_secret`, `not_ready`, `conflict`, `cancelled`, `engine_*`.
 */
export async function up(
  context: OperationContext,
  request: UpRequest,
  onEvent: (event: UpEvent) => void,
  signal?: AbortSignal,
): Promise<UpResult> {
  const name = checkName(request.name);
  const { images, rows } = await observe(context.engine, signal);
  const present = presentOf(name, rows);
  const wanted = await wantedOf(context, request, present.instances, images, signal);
  if (request.dryRun !== true) await context.host.prepare(signal);
  const plan = await planFor(context, wanted, present, signal);
  if (request.dryRun === true) return resultOf(context, wanted, plan, nextNames(wanted.funko, rows, plan));
  for (const row of interruptedReleases(context, name, rows)) await removeRelease(context, row);
  const result = await carryOut(context, wanted, plan, { ...request, onEvent, signal });
  await endSplit(context, wanted.funko, images);
  // Its URL leads to what is in service now.
  if (managedPreviews(name, rows, wanted.version.number).length > 0)
    await removePreviews(context, name, [wanted.version.number], { rows, images }, onEvent);
  return result;
}

/** What is in service now is of one version again. */
async function endSplit(context: OperationContext, funko: string, images: readonly Image[]): Promise<void> {
  if (await dropSplit(context, funko, images)) await context.traffic.readSplits();
}

type How = Pick<UpRequest, 'timeoutMs' | 'steadyMs' | 'surge' | 'logTail'> & {
  readonly onEvent: (event: UpEvent) => void;
  readonly signal: AbortSignal | undefined;
  /** Whether another version is to serve beside it: then the split between the two stays. */
  readonly isShared?: boolean;
};

/** Does what the plan says. Throws as `rollOut` does; then all is as it was before. */
export async function carryOut(
  context: OperationContext,
  wanted: Wanted,
  plan: RollOutPlan,
  how: How,
): Promise<UpResult> {
  if (plan.start > 0) await generateSecrets(context, manifestOf(wanted.version));
  const started = await rollOut(context, {
    ...wanted,
    plan,
    timeoutMs: how.timeoutMs,
    steadyMs: how.steadyMs ?? DEFAULT_STEADY_SECONDS * 1000,
    surge: how.surge ?? false,
    logTail: how.logTail,
    promise: stateChangeTo(context, { ...wanted, isShared: how.isShared ?? false }),
    onEvent: how.onEvent,
    signal: how.signal,
  });
  return resultOf(context, wanted, plan, namesOf(started));
}

/** What there is to do for these instances. Throws `missing_secret` if one is to be started that would lack a secret. */
export async function planFor(
  context: OperationContext,
  { funko, version, count, workers }: Pick<Wanted, 'funko' | 'version' | 'count' | 'workers'>,
  present: Present,
  signal?: AbortSignal,
): Promise<RollOutPlan> {
  const own = present.instances;
  const imageId = version.image.id;
  const serving = await servingOf(
    context,
    own.filter((row) => row.imageId === imageId),
    signal,
  );
  const plan = planOf({ funko, imageId, count }, own, serving);
  const full = { ...plan, workers: workerPlanOf({ imageId, workers }, present.workers) };
  if (startsAny(full)) await checkSecrets(context, funko, version, signal);
  return full;
}

/** What a request asks for. Throws `unknown_funko`, `unknown_version`, `conflict`. */
export async function wantedOf(
  context: OperationContext,
  { name: funko, version: asked }: UpRequest,
  own: readonly ContainerRow[],
  images: readonly Image[],
  signal?: AbortSignal,
): Promise<Wanted> {
  const versions = versionsOf(funko, images);
  if (versions.length === 0) throw await nothingBuilt(context, funko, images, signal);
  const version = pickVersion(funko, versions, asked);
  const runs = versionInService(own);
  const current = versions.find(({ number }) => number === runs);
  const count = countFor(funko, version, current);
  return { funko, version, versions, count, workers: workersFor(funko, version, current) };
}
