/** Shows a version beside what is in service: one instance that answers at `/funko/NAME@vN/` alone. */
import { checkName } from '../state/check-name.ts';
import type { UpEvent, UpRequest, UpResult } from '../../api/funko-api.ts';
import { generateSecrets } from '../generated-secrets.ts';
import { forgetPreviewRemoval } from '../rollout/remove-preview.ts';
import { manifestOf } from '../state/manifest-of.ts';
import { managedInstances, managedPreviews } from '../state/managed.ts';
import { rollOut } from '../rollout/roll-out.ts';
import type { OperationContext } from '../context.ts';
import { planFor, wantedOf } from './up.ts';
import { namesOf, nextNames, resultOf } from '../rollout/up-result.ts';
import { observe } from '../state/observe.ts';
import { previewStem, previewName } from '../../funko/naming/container-names.ts';

/**
 * Starts a preview of a version, of the newest if none is named. What is in service is not touched. Doing it again changes
 * nothing; a preview that does not answer any more is replaced. `down('NAME@vN')` takes it away, and so does `up` of that
 * version.
 * @returns as `up` does, its `funko` being `NAME@vN`
 * Throws as `up` does.
 */
export async function preview(
  context: OperationContext,
  request: UpRequest,
  onEvent: (event: UpEvent) => void,
  signal?: AbortSignal,
): Promise<UpResult> {
  const name = checkName(request.name);
  const { images, rows } = await observe(context.engine, signal);
  const found = await wantedOf(context, request, managedInstances(name, rows), images, signal);
  const { funko, version } = found;
  // A preview only shows something: two kinds of workers at the same jobs would be more than that.
  const wanted = { ...found, count: 1, workers: [] };
  const stem = previewStem(funko, version.number);
  if (request.dryRun !== true) {
    await context.host.prepare(signal);
    await forgetPreviewRemoval(context, funko, version.number, images);
    await generateSecrets(context, manifestOf(version));
  }
  const present = { instances: managedPreviews(funko, rows, version.number), workers: [] };
  const plan = await planFor(context, wanted, present, signal);
  const names =
    request.dryRun === true
      ? nextNames(stem, rows, plan)
      : await rollOut(context, {
          ...wanted,
          stem,
          plan,
          timeoutMs: request.timeoutMs,
          steadyMs: 0,
          surge: false,
          logTail: request.logTail,
          onEvent,
          signal,
        }).then(namesOf);
  return { ...(await resultOf(context, wanted, plan, names)), funko: previewName(funko, version.number) };
}
