/** What the commands that put a version into service have in common: their progress, and their result. */
import { parsePreview } from '../funko/naming.ts';
import type { UpEvent, UpResult } from '../lifecycle/funkos.ts';
import type { Host } from './funkos-for.ts';
import type { Output } from './output/output.ts';
import { showUpEvent } from './output/up-lines.ts';

/**
 * Does the work, showing each step as it happens.
 * @returns the interface's result, with the URL that the CLI alone knows
 */
export async function intoService(
  host: Host,
  output: Output,
  work: (onEvent: (event: UpEvent) => void) => Promise<UpResult>,
): Promise<UpResult> {
  try {
    const result = await work((event) => showUpEvent(event, output));
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
