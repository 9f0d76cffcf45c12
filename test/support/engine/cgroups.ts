/** Cgroups of a test's own on the engine's host. */
import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import { docker } from './docker-cli.ts';
import { RUN } from './proxy-under-test.ts';

const made: string[] = [];

after(async () => {
  const paths = made.map((cgroup) => `/sys/fs/cgroup${cgroup} /sys/fs/cgroup/*${cgroup}`).join(' ');
  // They can be removed from the leaves up, when what ran in them has gone.
  if (made.length > 0) await inCgroups(`find ${paths} -depth -type d -exec rmdir {} + 2>/dev/null; true`);
});

/** The path of a cgroup that no other test has. It goes away when the test file has ended. */
export function cgroupOfTest(): string {
  const cgroup = `/test-${RUN}-${randomBytes(3).toString('hex')}`;
  made.push(cgroup);
  return cgroup;
}

/** Runs shell commands in a container that has the host's cgroups. */
async function inCgroups(script: string): Promise<string> {
  const rights = [
    '--cgroupns',
    'host',
    '--userns',
    'host',
    '--security-opt',
    'label=disable',
    '--network',
    'none',
  ];
  const mount = ['--mount', 'type=bind,source=/sys/fs/cgroup,target=/sys/fs/cgroup'];
  const label = ['--label', `faaso.test=${RUN}`, '--label', 'faaso.proxy=test'];
  return docker('run', '--rm', ...rights, ...mount, ...label, 'node:24-slim', 'sh', '-c', script);
}

/** What a cgroup's file says, of the first of these that is there: their names differ between versions 1 and 2. */
export async function cgroupFile(cgroup: string, ...files: readonly string[]): Promise<string> {
  const paths = files
    .map((file) => `/sys/fs/cgroup${cgroup}/${file} /sys/fs/cgroup/*${cgroup}/${file}`)
    .join(' ');
  return inCgroups(`for file in ${paths}; do if [ -e "$file" ]; then exec cat "$file"; fi; done; echo none`);
}
