/** Puts a version into service: new instances beside the old ones, ready, then the old ones go. */
import { inspectContainer, listContainers, type ContainerRow } from '../docker/containers.ts';
import { listImages, type Image } from '../docker/images.ts';
import { LABEL, instanceName } from '../funko/naming.ts';
import { countFor } from './asked-count.ts';
import { checkName } from './check-name.ts';
import type { UpEvent, UpRequest, UpResult } from './funkos.ts';
import { generateSecrets } from './generated-secrets.ts';
import { interruptedReleases, removeRelease } from './interrupted-release.ts';
import { leavePreviews } from './leave-preview.ts';
import { manifestOf } from './manifest-of.ts';
import { nextInstanceNumber, ownInstances, ownPreviews } from './own-instances.ts';
import { planOf, type Plan } from './plan.ts';
import { promiseOf } from './promise.ts';
import { isReleasePending } from './release-command.ts';
import { rollOut } from './roll-out.ts';
import { checkSecrets } from './secrets.ts';
import { servingOf } from './serving.ts';
import type { Site } from './site.ts';
import { dropSplit } from './splits.ts';
import { nothingBuilt } from './unknown.ts';
import { pickVersion, versionInService, versionsOf, type Version } from './versions.ts';

/** What crashes soon after it was ready mostly does so within this time. */
const DEFAULT_STEADY_MS = 3_000;

export interface Wanted {
  readonly funko: string;
  readonly version: Version;
  readonly versions: readonly Version[];
  /** How many instances. */
  readonly count: number;
}

/**
 * Brings a version up. Doing it again changes nothing, and takes away what an earlier one that was cut off left behind.
 * Throws `bad_name`, `unknown_funko`, `unknown_version`, `missing_secret`, `not_ready`, `conflict`, `cancelled`, `engine_*`.
 */
export async function up(
  site: Site,
  request: UpRequest,
  onEvent: (event: UpEvent) => void,
  signal?: AbortSignal,
): Promise<UpResult> {
  const name = checkName(request.name);
  const [rows, images] = await Promise.all([
    listContainers(site.engine, {}, signal),
    listImages(site.engine, { label: LABEL.funko }, signal),
  ]);
  const own = ownInstances(name, rows);
  const wanted = await wantedOf(site, request, own, images, signal);
  if (request.dryRun !== true) await site.host.prepare(signal);
  const plan = await planFor(site, wanted, own, signal);
  if (request.dryRun === true) {
    return resultOf(site, wanted, plan, nextNames(wanted.funko, rows, plan.start));
  }
  for (const row of interruptedReleases(site, name, rows)) await removeRelease(site, row);
  const result = await carryOut(site, wanted, plan, { ...request, onEvent, signal });
  await endSplit(site, wanted.funko, images);
  // Its URL leads to what is in service now.
  if (ownPreviews(name, rows, wanted.version.number).length > 0)
    await leavePreviews(site, name, [wanted.version.number], { rows, images }, onEvent);
  return result;
}

/** What is in service now is of one version again. */
async function endSplit(site: Site, funko: string, images: readonly Image[]): Promise<void> {
  if (await dropSplit(site, funko, images)) await site.traffic.readSplits();
}

/** What the next instances will be called. */
export function nextNames(stem: string, rows: readonly ContainerRow[], count: number): string[] {
  const first = nextInstanceNumber(stem, rows);
  return Array.from({ length: count }, (_, index) => instanceName(stem, first + index));
}

type How = Pick<UpRequest, 'timeoutMs' | 'steadyMs' | 'surge' | 'logTail'> & {
  readonly onEvent: (event: UpEvent) => void;
  readonly signal: AbortSignal | undefined;
  /** Whether another version is to serve beside it: then what shares the requests between the two goes on. */
  readonly isShared?: boolean;
};

/** Does what the plan says. Throws as `rollOut` does; then all is as it was before. */
export async function carryOut(site: Site, wanted: Wanted, plan: Plan, how: How): Promise<UpResult> {
  if (plan.start > 0) await generateSecrets(site, manifestOf(wanted.version));
  const started = await rollOut(site, {
    ...wanted,
    plan,
    timeoutMs: how.timeoutMs,
    steadyMs: how.steadyMs ?? DEFAULT_STEADY_MS,
    surge: how.surge ?? false,
    logTail: how.logTail,
    promise: promiseOf(site, { ...wanted, isShared: how.isShared ?? false }),
    onEvent: how.onEvent,
    signal: how.signal,
  });
  const names = started.map(({ name }) => name);
  return resultOf(site, wanted, plan, names);
}

/** What there is to do for these instances. Throws `missing_secret` if one is to be started that would lack a secret. */
export async function planFor(
  site: Site,
  { funko, version, count }: Pick<Wanted, 'funko' | 'version' | 'count'>,
  own: readonly ContainerRow[],
  signal?: AbortSignal,
): Promise<Plan> {
  const imageId = version.image.id;
  const serving = await servingOf(
    site,
    own.filter((row) => row.imageId === imageId),
    signal,
  );
  const plan = planOf({ funko, imageId, count }, own, serving);
  if (plan.start > 0) await checkSecrets(site, funko, version, signal);
  return plan;
}

/** What a request asks for. Throws `unknown_funko`, `unknown_version`, `conflict`. */
export async function wantedOf(
  site: Site,
  { name: funko, version: asked }: UpRequest,
  own: readonly ContainerRow[],
  images: readonly Image[],
  signal?: AbortSignal,
): Promise<Wanted> {
  const versions = versionsOf(funko, images);
  if (versions.length === 0) throw await nothingBuilt(site, funko, images, signal);
  const version = pickVersion(funko, versions, asked);
  const runs = versionInService(own);
  const current = versions.find(({ number }) => number === runs);
  return { funko, version, versions, count: countFor(funko, version, current) };
}

/** @param started the names of the new instances */
export async function resultOf(
  site: Site,
  { funko, version }: Wanted,
  plan: Plan,
  started: readonly string[],
): Promise<UpResult> {
  const instances = [...plan.keep.map(({ name }) => name), ...started];
  const instance = instances[0] ?? '';
  const container = site.host.publishes ? await inspectContainer(site.engine, instance) : undefined;
  return {
    funko,
    version: `v${version.number}`,
    instance,
    instances,
    replaced: plan.retire.map(({ name }) => name),
    unchanged: plan.start === 0 && plan.retire.length === 0,
    ...(plan.start > 0 && isReleasePending(funko, version) ? { released: true } : {}),
    url: container ? site.host.urlOf(container) : null,
  };
}
