/** Logs of instances that there are not. */
import type { InstanceStatus, LogLine, LogsRequest, LogsResult } from '../../src/lifecycle/funkos.ts';

export type Written = Pick<LogLine, 'time' | 'text' | 'partial'>;

const GREETING: readonly Written[] = [{ time: '2026-01-01T00:00:00.000000001Z', text: 'hello' }];

/** Each instance wrote the same; with `follow` it does so again and again. */
export async function fakeLogs(
  { name, follow }: LogsRequest,
  {
    instances,
    written = GREETING,
  }: { instances: readonly InstanceStatus[]; written?: readonly Written[] | undefined },
  onLine: (line: LogLine) => void | Promise<void>,
  untilCancelled: () => Promise<void>,
): Promise<LogsResult> {
  const tell = async (): Promise<void> => {
    for (const { name: instance, id, version } of instances)
      for (const line of written)
        await onLine({ type: 'line', stream: 'stdout', ...line, instance, id, version });
  };
  await tell();
  const timer = follow === true && setInterval(() => void tell(), 20);
  if (timer) await untilCancelled().finally(() => clearInterval(timer));
  return { funko: name, lines: instances.length };
}
