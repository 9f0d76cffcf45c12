/** What the commands that put a version into service have in common: their progress, and their result. */
import { parsePreview } from '../funko/naming.ts';
import type { UpEvent, UpResult } from '../lifecycle/funkos.ts';
import { interruptible, type InterruptibleWork } from './interruptible.ts';
import type { Output } from './output/output.ts';
import { showUpEvent } from './output/up-lines.ts';

/**
 * Does the work, showing each step as it happens.
 * @returns the interface's result, with the URL that the CLI alone knows
 */
export async function intoService(
  place: InterruptibleWork,
  work: (onEvent: (event: UpEvent) => void, signal: AbortSignal) => Promise<UpResult>,
): Promise<UpResult> {
  const { host, output } = place;
  try {
    const result = await interruptible(place, async (onEvent, signal) =>
      work((event) => {
        onEvent(event);
        showUpEvent(event, output);
      }, signal),
    );
    return { ...result, url: host.urlOf(result.funko, result.url) };
  } finally {
    output.idle();
  }
}

/** Prints the result: the URL, or all of it for a program. */
export function printInService(result: UpResult, output: Output, options: { readonly json?: boolean }): void {
  if (options.json === true) {
    output.json(result);
    return;
  }
  const { funko, version, unchanged, instances } = result;
  const times = instances.length > 1 ? `, with ${instances.length} instances` : '';
  const already = unchanged ? ' already' : '';
  if (parsePreview(funko).version !== undefined)
    output.note(`${funko} answers${already}, beside what is in service`);
  else output.note(`${funko} ${version} is in service${already}${times}`);
  output.result(result.url ?? result.instance);
}
