/** Logs of instances that there are not. */
import type {
  InstanceStatus,
  KeptInstance,
  LogLine,
  LogsRequest,
  LogsResult,
} from '../../../src/api/funko-api.ts';

type Written = Pick<LogLine, 'time' | 'text' | 'partial'>;

const GREETING: readonly Written[] = [{ time: '2026-01-01T00:00:00.000000001Z', text: 'hello' }];

export class FakeLogs {
  /** What each instance of a funko wrote; a greeting if absent. */
  readonly written = new Map<string, readonly Written[]>();
  /** Logs of instances that are gone. */
  readonly kept = new Map<string, readonly KeptInstance[]>();

  /** With `follow` the instances write the same again and again. */
  async tell(
    { name, follow }: LogsRequest,
    instances: readonly InstanceStatus[],
    onLine: (line: LogLine) => void | Promise<void>,
    untilCancelled: () => Promise<void>,
  ): Promise<LogsResult> {
    const written = this.written.get(name) ?? GREETING;
    const tell = async (): Promise<void> => {
      for (const { name: instance, id, version } of instances)
        for (const line of written)
          await onLine({ type: 'line', stream: 'stdout', ...line, instance, id, version });
    };
    await tell();
    const timer = follow === true && setInterval(() => void tell(), 20);
    if (timer) await untilCancelled().finally(() => clearInterval(timer));
    const previous = this.kept.get(name) ?? [];
    return { funko: name, lines: instances.length, instances: instances.length, previous };
  }
}
