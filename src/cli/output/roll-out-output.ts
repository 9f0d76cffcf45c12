/** What the commands that put a version into service have in common: their progress, and their result. */
import type { UpEvent, UpResult } from '../../api/funko-api.ts';
import { interruptible, type InterruptibleWork } from '../terminal/interruptible.ts';
import type { Output } from './output.ts';
import { UpLines } from './up-lines.ts';
import { parsePreview } from '../../funko/naming/container-names.ts';

export interface RollOutWork extends InterruptibleWork {
  /** What is being done, e.g. `Starting demo`; no line if absent. */
  readonly title?: string;
}

type RollOutRun<T> = (onEvent: (event: UpEvent) => void, signal: AbortSignal) => Promise<T>;

/** Does work that replaces instances, showing each step as it happens. Throws as `interruptible` does. */
export async function showingSteps<T>(place: RollOutWork, work: RollOutRun<T>): Promise<T> {
  const lines = new UpLines(place.output, place.title);
  try {
    return await interruptible(place, async (onEvent, signal) =>
      work((event) => {
        onEvent(event);
        lines.event(event);
      }, signal),
    );
  } catch (error) {
    throw lines.withoutRepeats(error);
  } finally {
    lines.end();
  }
}

/** The interface's result, with the URLs that the CLI alone knows. */
export interface InService extends UpResult {
  /** That under a name of its own first; `url` is the last one. */
  readonly urls: readonly string[];
}

/** The same for a version that goes into service. */
export async function intoService(place: RollOutWork, work: RollOutRun<UpResult>): Promise<InService> {
  const result = await showingSteps(place, work);
  const url = place.host.urlOf(result.funko, result.url);
  const { remote } = place.host;
  if (remote && url !== null) place.output.note(remote.reach(url));
  return { ...result, url, urls: place.host.urlsOf(result.funko, result.url) };
}

/** Prints the result: the URL that every client can use on stdout, others before it for people; or all of it for a program. */
export function printInService(
  result: InService,
  output: Output,
  options: { readonly json?: boolean },
): void {
  if (options.json === true) {
    output.json(result);
    return;
  }
  const { funko, version, unchanged } = result;
  const already = unchanged ? ' already' : '';
  if (parsePreview(funko).version !== undefined)
    output.note(`${funko} answers${already}, beside the version in service`);
  else output.note(`${funko} ${version} is in service${already}${partsOf(result)}`);
  for (const url of result.urls) if (url !== result.url) output.note(url);
  output.result(result.url ?? result.instance);
}

/** How many of what run, where that is more than one instance. */
function partsOf({ instances, workers = [] }: UpResult): string {
  const parts = [
    ...(instances.length > 1 ? [`${instances.length} instances`] : []),
    ...(workers.length > 0 ? [`${workers.length} worker${workers.length === 1 ? '' : 's'}`] : []),
  ];
  return parts.length === 0 ? '' : `, with ${parts.join(' and ')}`;
}
