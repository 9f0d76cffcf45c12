/** What happens during `faaso up`, as lines. */
import type { UpEvent } from '../../lifecycle/funkos.ts';
import { duration } from './durations.ts';
import type { Output } from './output.ts';

/** Shows one event. */
export function showUpEvent(event: UpEvent, output: Output): void {
  if (event.type === 'warning') {
    output.warn(event.message);
    return;
  }
  output.note(`  ${lineOf(event)}`);
  if (event.type === 'starting') output.busy(`waiting until ${event.instance} is ready`);
  if (event.type === 'ready') output.busy(`watching whether ${event.instance} stays ready`);
  if (event.type === 'draining') output.busy(`${event.instance} finishes its requests`);
}

function lineOf(event: Exclude<UpEvent, { type: 'warning' }>): string {
  switch (event.type) {
    case 'starting':
      return `starting  ${event.instance} (${event.version})`;
    case 'ready':
      return `ready     ${event.instance} after ${duration(event.seconds)}`;
    case 'draining':
      return `draining  ${event.instance}`;
    case 'removed':
      return `removed   ${event.instance}`;
  }
}
