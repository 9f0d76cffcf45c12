/** What no key of funko.yml is wrong with by itself, but together with another. Pure. */
import type { ContainerKeys } from '../container-rules.ts';
import type { ManifestProblem } from './manifest-errors.ts';
import type { ProcessKeys } from '../processes.ts';
import type { TrafficKeys } from '../traffic-rules.ts';

type Keys = ContainerKeys & ProcessKeys & TrafficKeys;

/** Keys that contradict each other, and keys that would do nothing. */
export function crossKeyProblems(keys: Keys): ManifestProblem[] {
  return [...sharedFolders(keys), ...idleSettings(keys), ...idleTimeouts(keys)];
}

/** The engine mounts one volume at one place. */
function sharedFolders({ volumes }: ContainerKeys): ManifestProblem[] {
  const first = new Map<string, string>();
  return Object.entries(volumes ?? {}).flatMap(([name, target]) => {
    const other = first.get(target);
    if (other === undefined) {
      first.set(target, name);
      return [];
    }
    const message = `volumes.${name} is ${JSON.stringify(target)}, and so is volumes.${other}; each must have a folder of its own`;
    return [{ path: ['volumes', name], atKey: false, message }];
  });
}

/** Settings of a command that is not set. */
function idleSettings({ healthcheck }: ContainerKeys): ManifestProblem[] {
  if (!healthcheck || (healthcheck.command ?? []).length > 0) return [];
  const idle = (['interval', 'timeout', 'retries'] as const).filter((key) => healthcheck[key] !== undefined);
  return idle.map((key) => ({
    path: ['healthcheck', key],
    atKey: true,
    message: `healthcheck.${key} needs healthcheck.command, which is missing, so Docker checks nothing; add "command: [PROGRAM, …]", or take it out`,
  }));
}

/** A timeout of a command that is not set. */
function idleTimeouts({ timeouts, release }: Keys): ManifestProblem[] {
  if (timeouts?.release === undefined || (release !== undefined && release !== null)) return [];
  const message =
    'timeouts.release needs a release command, which is missing; add "release: COMMAND", or take it out';
  return [{ path: ['timeouts', 'release'], atKey: true, message }];
}
