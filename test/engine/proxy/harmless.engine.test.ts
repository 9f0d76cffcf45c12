/** A shell as the user that carries the traffic, in the proxy's container as people run it: what it can't reach. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';

let stand: ProxyHarness;
before(async () => {
  stand = await startProxyHarness();
});
after(() => stand[Symbol.asyncDispose]());

const WORKER = '10001:10001';

/** What a shell of the worker's user prints, one attempt a line: both streams. */
async function shell(script: string): Promise<string[]> {
  return (
    await stand.docker('exec', '--user', WORKER, stand.proxyName, 'bash', '-c', `exec 2>&1; ${script}; true`)
  ).split('\n');
}

/** As `shell`, in JavaScript; `attempt(what, fn)` prints the code of the error that stops it, or OPEN. */
async function script(body: string): Promise<Record<string, string>> {
  const prelude = `const fs = require('node:fs');
    const told = {};
    const attempt = (what, action) => { try { action(); told[what] = 'OPEN'; } catch (error) { told[what] = error.code; } };
    const words = (id) => { try { return fs.readFileSync('/proc/' + id + '/cmdline', 'utf8').split('\\0'); } catch { return []; } };
    const ids = fs.readdirSync('/proc').filter(Number);
    const workers = ids.filter((id) => words(id).some((word) => word.endsWith('/proxy/worker/main.js')));
    const parent = ids.find((id) => words(id)[0] === 'node' && words(id).some((word) => word.endsWith('proxy/parent/main.js')));
    if (!parent || workers.length !== 2) throw new Error('no parent, or no workers: ' + parent + ' ' + workers);
    process.on('exit', () => console.log(JSON.stringify(told)));`;
  const words = ['exec', '--user', WORKER, stand.proxyName, 'node', '-e', `${prelude}\n${body}`];
  return JSON.parse(await stand.docker(...words)) as Record<string, string>;
}

describe('whoever has broken into a worker', () => {
  it('finds no way to the engine’s socket', async () => {
    const paths = [
      '/engine',
      '/proc/1/root/engine',
      '/proc/PARENT/root/engine',
      '/proc/PARENT/cwd/../engine',
    ];
    const told = await script(`
      for (const path of ${JSON.stringify(paths)}) {
        const real = path.replace('PARENT', parent);
        attempt('list ' + path, () => fs.readdirSync(real));
        require('node:net').connect(real + '/run/docker.sock')
          .on('connect', () => { told['connect ' + path] = 'OPEN'; process.exit(); })
          .on('error', (error) => { told['connect ' + path] = error.code; });
      }`);
    assert.equal(Object.keys(told).length, 2 * paths.length);
    assert.deepEqual(new Set(Object.values(told)), new Set(['EACCES']));
  });

  it('learns nothing of the parent, and can’t touch it', async () => {
    const told = await script(`
      const of = '/proc/' + parent;
      for (const name of ['environ', 'mem', 'maps', 'auxv', 'syscall', 'stack'])
        attempt(name, () => fs.readFileSync(of + '/' + name));
      for (const name of ['fd', 'fdinfo', 'map_files', 'ns', 'root', 'cwd'])
        attempt(name, () => fs.readdirSync(of + '/' + name).map((each) => fs.readlinkSync(of + '/' + name + '/' + each)));
      attempt('exe', () => fs.readlinkSync(of + '/exe'));
      attempt('write mem', () => fs.openSync(of + '/mem', 'r+'));
      for (const signal of ['SIGKILL', 'SIGUSR1', 'SIGSTOP', 0]) attempt('kill ' + signal, () => process.kill(Number(parent), signal));
      attempt('token', () => fs.readFileSync('/data/token'));
      attempt('data', () => fs.readdirSync('/data'));
      told.parent = parent;`);
    const open = Object.entries(told).filter(
      ([what, code]) => what !== 'parent' && !['EACCES', 'EPERM'].includes(code),
    );
    assert.deepEqual(open, []);
    const attach = `require 5; my $call = { x86_64 => 101, aarch64 => 117 }->{(POSIX::uname())[4]};
      syscall($call, 16, $ARGV[0] + 0, 0, 0) == -1 ? print $!+0 : print "attached"`;
    const traced = await shell(`perl -MPOSIX -e '${attach}' ${told['parent']}`);
    assert.deepEqual(traced, ['1'], 'EPERM');
  });

  it('gets no privilege by any program there is, nor a namespace of its own', async () => {
    assert.deepEqual(await shell('find / -xdev -perm /6000 -type f 2>/dev/null; echo end'), ['end']);
    assert.deepEqual(await shell('grep -E "^(NoNewPrivs|CapEff|CapPrm|CapAmb):" /proc/self/status'), [
      'CapPrm:\t0000000000000000',
      'CapEff:\t0000000000000000',
      'CapAmb:\t0000000000000000',
      'NoNewPrivs:\t1',
    ]);
    for (const flag of ['--user', '--mount', '--net', '--pid --fork'])
      assert.match((await shell(`unshare ${flag} true && echo inside`)).join(), /not permitted/, flag);
    assert.match(
      (await shell('mount -t tmpfs none /tmp && echo mounted')).join(),
      /denied|must be superuser|not permitted/,
    );
  });

  it('writes nowhere but to memory, and runs nothing from there', async () => {
    const writable = await shell(
      'find / \\( -path /proc -o -path /sys \\) -prune -o -writable \\( -type d -o -type f \\) -print 2>/dev/null',
    );
    assert.deepEqual(writable.sort(), ['/dev/mqueue', '/dev/shm', '/tmp']);
    for (const folder of ['/dev/shm', '/tmp']) {
      const tried = await shell(
        `cp /bin/true ${folder}/try && chmod 755 ${folder}/try && ${folder}/try && echo ran; rm ${folder}/try`,
      );
      assert.match(tried.join(), /Permission denied/);
    }
    assert.match(
      (await shell('echo 1 > /proc/sys/kernel/core_pattern && echo written')).join(),
      /Read-only|denied/,
    );
  });

  it('is told by the admin API that it has no token', async () => {
    const told = await script(`
      require('node:http').get({ socketPath: '/run/faaso/admin.sock', path: '/admin/funkos' }, (answer) => { told.status = String(answer.statusCode); answer.resume(); });
      attempt('replace the socket', () => fs.renameSync('/run/faaso/admin.sock', '/run/faaso/other.sock'));
      attempt('make another', () => fs.writeFileSync('/run/faaso/x', ''));`);
    assert.deepEqual(told, { status: '401', 'replace the socket': 'EACCES', 'make another': 'EACCES' });
  });

  it('finds in a worker nothing that the parent has open, and nothing of its environment', async () => {
    const told = await script(`
      const links = (id) => fs.readdirSync('/proc/' + id + '/fd').map((fd) => fs.readlinkSync('/proc/' + id + '/fd/' + fd));
      told.environ = workers.map((id) => fs.readFileSync('/proc/' + id + '/environ', 'utf8')).join('');
      told.kinds = [...new Set(workers.flatMap(links).map((link) => link.replace(/:?\\[.*/, '')))].sort().join();
      told.sockets = workers.flatMap(links).filter((link) => link.startsWith('socket:')).join();`);
    assert.equal(told['environ'], '');
    assert.equal(told['kinds'], '/dev/null,anon_inode,pipe,socket');
    const parents = `for (const id of require('node:fs').readdirSync('/proc')) { try {
      if (/^node\\0.*proxy\\/parent\\/main\\.js\\0$/.test(require('node:fs').readFileSync('/proc/' + id + '/cmdline', 'utf8')))
        for (const fd of require('node:fs').readdirSync('/proc/' + id + '/fd')) console.log(require('node:fs').readlinkSync('/proc/' + id + '/fd/' + fd)); } catch {} }`;
    const own = (await stand.docker('exec', stand.proxyName, 'node', '-e', parents)).split('\n');
    assert.ok(own.some((link) => link.startsWith('socket:')));
    const shared = own.filter(
      (link) => link.startsWith('socket:') && told['sockets']?.split(',').includes(link),
    );
    assert.deepEqual(shared, []);
  });
});
