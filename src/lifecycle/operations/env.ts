/**
 * A funko's environment variables: told, or changed without a build. A change makes a version of the same layers, so that a
 * rollback brings the old values back. Later builds take the values over.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ContainerRow } from '../../docker/containers.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import { hasTriggers, type Image } from '../../docker/images.ts';
import { FaasoError } from '../../errors.ts';
import { changedOverlay, overlayLabel, overlayOf, type EnvOverlay } from '../../funko/naming/env-overlay.ts';
import { checkName } from '../state/check-name.ts';
import type { EnvRequest, EnvResult, EnvVariable } from '../../api/env-request.ts';
import { manifestOf, writtenManifestOf } from '../state/manifest-of.ts';
import { managedInstances } from '../state/managed.ts';
import type { OperationContext } from '../context.ts';
import { splitOf } from '../state/split-state.ts';
import { nothingBuilt } from '../state/not-found.ts';
import { nextVersion, versionInService, versionsOf, type Version } from '../state/version-list.ts';
import { observe } from '../state/observe.ts';
import { latestTag, versionTag, formatVersion } from '../../funko/naming/version.ts';
import { LABEL } from '../../funko/naming/labels.ts';

interface EnvState {
  readonly funko: string;
  readonly images: readonly Image[];
  readonly rows: readonly ContainerRow[];
  /** The version that the variables are of: the one in service, else the newest. */
  readonly base: Version;
  readonly inService: boolean;
}

/** The variables of the version in service, else of the newest. Throws `bad_name`, `unknown_funko`, `bad_manifest`. */
export async function showEnv(
  context: OperationContext,
  name: string,
  signal?: AbortSignal,
): Promise<EnvResult> {
  const { funko, base, inService } = await find(context, checkName(name), signal);
  return resultOf(funko, base, { inService, unchanged: true });
}

export interface SetEnvOptions {
  /** Sets tags when nobody else is at the funko. */
  readonly inTurn: (work: () => Promise<void>) => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes a version with other variables. No build of the funko may run at that time: both would get the same number.
 * Throws `bad_name`, `bad_request`, `unknown_funko`, `not_found` for one to unset that is not set, `conflict` during a split,
 * `cancelled`, `engine_*`.
 */
export async function setEnv(
  context: OperationContext,
  { name, set = {}, unset = [] }: EnvRequest,
  options: SetEnvOptions,
): Promise<EnvResult> {
  const found = await find(context, checkName(name), options.signal);
  const { funko, base, images, rows, inService } = found;
  if (splitOf(funko, images)) throw splitRuns(funko);
  const before = overlayOf(base.image.labels);
  checkSet(found, before, unset);
  const overlay = changedOverlay(before, set, unset);
  if (isDeepStrictEqual(overlay, before)) return resultOf(funko, base, { inService, unchanged: true });
  await refuseTriggers(context.engine, base);
  const number = nextVersion(funko, images, rows);
  const labels = {
    [LABEL.version]: formatVersion(number),
    [LABEL.built]: new Date().toISOString(),
    ...overlayLabel(overlay),
  };
  const tags = [versionTag(funko, number), latestTag(funko)];
  // What speaks to BuildKit takes long to load.
  const { relabelImage } = await import('../../docker/buildkit/relabel-image.ts');
  await relabelImage(context.engine, { from: base.tag, labels, tags, ...options });
  const image = { ...base.image, labels: { ...base.image.labels, ...labels } };
  return resultOf(funko, { ...base, number, image }, { inService: false, unchanged: false });
}

async function find(
  context: OperationContext,
  funko: string,
  signal: AbortSignal | undefined,
): Promise<EnvState> {
  const { images, rows } = await observe(context.engine, signal);
  const versions = versionsOf(funko, images);
  const runs = versionInService(managedInstances(funko, rows));
  const base = versions.find(({ number }) => number === runs) ?? versions[0];
  if (!base) throw await nothingBuilt(context, funko, images, signal);
  return { funko, images, rows, base, inService: base.number === runs };
}

function resultOf(
  funko: string,
  version: Version,
  state: Pick<EnvResult, 'inService' | 'unchanged'>,
): EnvResult {
  const overlay = overlayOf(version.image.labels);
  const all = Object.entries(manifestOf(version).env).sort(([a], [b]) => (a < b ? -1 : 1));
  const env = all.map(([key, value]): [string, EnvVariable] => [
    key,
    { value, from: Object.hasOwn(overlay, key) ? 'set' : 'funko.yml' },
  ]);
  return { funko, version: formatVersion(version.number), ...state, env: Object.fromEntries(env) };
}

function checkSet({ funko, base }: EnvState, before: EnvOverlay, unset: readonly string[]): void {
  const missing = unset.find((key) => !Object.hasOwn(before, key));
  if (missing === undefined) return;
  const isWritten = Object.hasOwn(writtenManifestOf(base).env, missing);
  const why = isWritten
    ? 'it comes from funko.yml; change it there and deploy'
    : `those that are: ${Object.keys(before).join(', ') || 'none'}`;
  throw new FaasoError('not_found', `${missing} was not set for "${funko}" with faaso env set; ${why}.`);
}

function splitRuns(funko: string): FaasoError {
  const message = `Two versions of "${funko}" share the requests (faaso split ${funko}), and variables belong to one.`;
  return new FaasoError('conflict', `${message} End the split first: faaso up ${funko} --version vN`);
}

/** The steps of an ONBUILD would run. */
async function refuseTriggers(engine: Engine, { tag, image }: Version): Promise<void> {
  if (!(await hasTriggers(engine, image.id))) return;
  const message = `The image ${tag} has ONBUILD steps, which would run again. Set the variables in funko.yml and deploy.`;
  throw new FaasoError('conflict', message);
}
