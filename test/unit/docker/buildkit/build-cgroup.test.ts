import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { promisify } from 'node:util';
import { test } from 'node:test';
import { buildCgroup, forgoBuildCgroup, limitedOf } from '../../../../src/docker/buildkit/build-cgroup.ts';
import { CGROUP_SCRIPT } from '../../../../src/docker/buildkit/cgroup-script.ts';
import { cgroupRefusal } from '../../../../src/docker/buildkit/build-failure.ts';
import { Engine } from '../../../../src/docker/engine/engine.ts';
import { FaasoError } from '../../../../src/errors.ts';
import { BUILD_CGROUP_PATTERN } from '../../../../src/funko/build-cgroup.ts';
import { tempFolder, type Content } from '../../../support/builder/folders.ts';
import { socketServer } from '../../../support/docker/socket-server.ts';

/** The cgroup that builds get with an engine that says this of itself. */
async function cgroupWith(info: RequestListener, setting?: string | null): Promise<string | undefined> {
  await using server = await socketServer(info);
  const own = setting === undefined ? {} : { buildCgroup: setting };
  return await buildCgroup(new Engine({ socketPath: server.socketPath, ...own }));
}

test('all builds run in one fixed cgroup, but not without root, and not if the setting says so', async () => {
  const says = (...options: string[]): RequestListener => {
    const text = JSON.stringify({ SecurityOptions: options });
    return (_request, response) => void response.end(text);
  };
  assert.equal(await cgroupWith(says('name=seccomp,profile=builtin')), '/faaso-builds');
  assert.equal(await cgroupWith(says('name=seccomp'), '/mine'), '/mine');
  assert.equal(await cgroupWith(says('name=seccomp', 'name=rootless')), undefined);
  assert.equal(await cgroupWith(says(), null), undefined);
  assert.equal(await cgroupWith((_request, response) => void response.writeHead(403).end()), '/faaso-builds');
});

test('after a refusal the builds of that engine run where it puts them', async () => {
  const engine = new Engine({ socketPath: '/nowhere' });
  assert.equal(await buildCgroup(engine), '/faaso-builds');
  forgoBuildCgroup(engine);
  assert.equal(await buildCgroup(engine), undefined);
});

test('what the engine refuses is told from what a step ends with', () => {
  const failure = (message: string): FaasoError =>
    new FaasoError('build_failed', `The build failed: process "/bin/sh -c runc cgroup" ${message}`, {
      details: ['a line'],
    });
  const words =
    'did not complete successfully: runc run failed: unable to apply cgroup configuration: mkdir: denied';
  const refusal = cgroupRefusal(failure(words), '/x');
  assert.match(refusal?.message ?? '', /cgroup \/x\. Build again; .*FAASO_BUILD_CGROUP=none\.$/);
  assert.deepEqual(refusal?.details, ['a line']);
  const others = [
    'did not complete successfully: exit code: 1',
    'did not complete: no space left',
    'did not complete successfully: context deadline exceeded',
    'did not complete successfully: runc run failed: unable to start container process: exec: "/bin/\\"cgroup": no such file',
    `${words}" did not complete successfully: context canceled`,
  ];
  for (const other of others) assert.equal(cgroupRefusal(failure(other), '/x'), undefined);
  assert.equal(cgroupRefusal(new Error(words), '/x'), undefined);
});

test('what the host has no limit for is read from the answer; one without an end says why', () => {
  const stdout = 'missing memory\nmissing cpu weight\ndone 7 1\n';
  const expected = { missing: ['memory', 'cpu weight'], kills: 7, wasFull: true };
  assert.deepEqual(limitedOf({ stdout, stderr: 'sh: no' }), expected);
  assert.throws(() => limitedOf({ stdout: '', stderr: 'no such folder\n' }), {
    code: 'engine_failed',
    message: /no such folder$/,
  });
});

test('a cgroup is an absolute path without dots of its own, or none', () => {
  for (const good of ['/faaso-builds', '/a/b.slice', 'none']) assert.match(good, BUILD_CGROUP_PATTERN);
  for (const bad of ['', '/', 'x', '/../x', '/a/', '/a b', '/a:b', '/a/.', `/${'x'.repeat(200)}`, '/a\n'])
    assert.doesNotMatch(bad, BUILD_CGROUP_PATTERN);
});

/** What the script does with folders that look like cgroups: the files that it wrote, by their paths, and its last line. */
async function limited(
  files: Record<string, Content>,
): Promise<{ said: string[]; at: (path: string) => string }> {
  await using folder = await tempFolder(files);
  const env = {
    ...process.env,
    CGROUP: '/a/b',
    MEMORY: '209715200',
    QUOTA: '-1',
    SHARES: '64',
    WEIGHT: '3',
    PIDS: '8',
  };
  const script = CGROUP_SCRIPT.replace('/sys/fs/cgroup', folder.path);
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', script], { env });
  const paths = await readdir(folder.path, { recursive: true });
  const texts = new Map<string, string>();
  for (const path of paths) texts.set(path, await readFile(folder.at(path), 'utf8').catch(() => ''));
  return { said: stdout.trim().split('\n'), at: (path) => texts.get(path)?.trim() ?? 'none' };
}

test('with cgroup version 2 the controllers are enabled on the way down, and the limits set', async () => {
  const events = 'low 0\noom 2\noom_kill 2\noom_group_kill 0\n';
  const { said, at } = await limited({
    'cgroup.controllers': 'cpu memory pids',
    'a/b/memory.events': events,
  });
  assert.deepEqual(said, ['done 2 1']);
  for (const [file, value] of Object.entries({
    'cgroup.subtree_control': '+pids',
    'a/cgroup.subtree_control': '+pids',
    'a/b/memory.max': '209715200',
    'a/b/memory.swap.max': '0',
    'a/b/cpu.max': 'max 100000',
    'a/b/cpu.weight': '3',
    'a/b/pids.max': '8',
  }))
    assert.equal(at(file), value, file);
});

test('with cgroup version 1 each controller has its folder, and what is not there is told', async () => {
  const { said, at } = await limited({
    'cpu,cpuacct': { folder: true },
    // Nothing can be written to a folder.
    'pids/a/b/pids.max': { folder: true },
    'memory/a/b/memory.max_usage_in_bytes': '209713152',
  });
  assert.equal(said[0], 'missing pids');
  assert.match(said[1] ?? '', /^done \d+ 1$/);
  for (const [file, value] of Object.entries({
    'memory/a/b/memory.limit_in_bytes': '209715200',
    'memory/a/b/memory.memsw.limit_in_bytes': '209715200',
    'memory/a/b/memory.max_usage_in_bytes': '0',
    'cpu,cpuacct/a/b/cpu.cfs_quota_us': '-1',
    'cpu,cpuacct/a/b/cpu.shares': '64',
  }))
    assert.equal(at(file), value, file);
});
