/** `-l` with an engine behind TCP, behind ssh and behind a Docker context: all that a person does with a funko. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import { DEFAULT_SOCKET } from '../../../src/docker/engine/endpoint.ts';
import { dockerQuietly } from '../../support/engine/docker-cli.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { newHome, outcomeOf, type Home } from '../../support/cli/faaso.ts';

const NETWORK = `faaso-net-${RUN}-host`;
const PROGRAM = "require('node:http').createServer((q, a) => a.end('here')).listen(3000)";
/** A stand-in for ssh that reaches the engine of this machine, and fails for a host called `away`. */
const SSH = `#!${process.execPath}
const { appendFileSync } = require('node:fs');
appendFileSync(process.env.HOME + '/ssh.log', process.argv.slice(2).join(' ') + '\\n');
if (process.argv.includes('away')) {
  process.stderr.write('Permission denied (publickey).\\n');
  process.exit(255);
}
const engine = require('node:net').connect({ path: '${DEFAULT_SOCKET}', allowHalfOpen: true });
process.stdin.pipe(engine).pipe(process.stdout);
`;

let tcp: Server;
let address: string;
before(async () => {
  tcp = createServer({ allowHalfOpen: true }, (client) => {
    const engine = connect({ path: DEFAULT_SOCKET, allowHalfOpen: true });
    client.on('error', () => engine.destroy()).once('close', () => engine.destroy());
    engine.on('error', () => client.destroy()).once('close', () => client.destroy());
    client.pipe(engine).pipe(client);
  });
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  address = `tcp://127.0.0.1:${(tcp.address() as AddressInfo).port}`;
});
after(async () => {
  tcp.close();
  await dockerQuietly('network', 'rm', NETWORK);
});

/** A home with a funko in it, a temporary folder and an `ssh` of its own. */
async function homeWith(name: string, environment: Record<string, string>): Promise<Home> {
  const home = await newHome();
  home.environment = {
    FAASO_NETWORK: NETWORK,
    TMPDIR: home.path('tmp'),
    PATH: `${home.path('bin')}:${process.env['PATH'] ?? ''}`,
    ...environment,
  };
  for (const folder of ['tmp', 'bin', name]) await mkdir(home.path(folder));
  await writeFile(home.path('bin', 'ssh'), SSH);
  await chmod(home.path('bin', 'ssh'), 0o755);
  await writeFile(home.path(name, 'funko.yml'), `name: ${name}\n`);
  await writeFile(home.path(name, 'server.js'), PROGRAM);
  await writeFile(
    home.path(name, 'Dockerfile'),
    'FROM node:24-slim\nCOPY server.js .\nCMD ["node", "server.js"]\n',
  );
  return home;
}

async function succeed(
  home: Home,
  words: readonly string[],
  input = '',
): Promise<{ stdout: string; stderr: string }> {
  const { status, stdout, stderr } = await home.faaso(words, { input });
  assert.equal(status, 0, `faaso ${words.join(' ')}: ${stderr}`);
  assert.deepEqual(await readdir(home.path('tmp')), [], 'nothing is left in the temporary folder');
  return { stdout, stderr };
}

async function urlAfterUp(home: Home, name: string): Promise<{ url: string; stderr: string }> {
  assert.equal((await succeed(home, ['build', '-l', name])).stdout, `faaso-${name}:v1\n`);
  const { stdout, stderr } = await succeed(home, ['up', '-l', name]);
  assert.match(stdout, /^http:\/\/127\.0\.0\.1:[0-9]+\/\n$/);
  return { url: stdout.trim(), stderr };
}

test('with an engine on a TCP port of this machine a funko is built, started, asked and removed', async () => {
  const name = `tcp-${RUN}`;
  await using home = await homeWith(name, { DOCKER_HOST: address });
  const { url } = await urlAfterUp(home, name);
  assert.equal(await (await fetch(url)).text(), 'here');
  assert.match((await succeed(home, ['status', '-l', name])).stdout, /ready/);
  assert.equal((await succeed(home, ['invoke', '-l', name])).stdout.trim(), 'here');
  assert.equal((await succeed(home, ['exec', '-l', name, '--', 'cat'], 'typed')).stdout, 'typed');
  await succeed(home, ['remove', '-l', '--yes', name]);
});

test('with an engine behind ssh the URL is told to be of that machine', async () => {
  const name = `ssh-${RUN}`;
  await using home = await homeWith(name, { DOCKER_HOST: 'ssh://me@build.example:2222' });
  const { url, stderr } = await urlAfterUp(home, name);
  const { port } = new URL(url);
  const way = `ssh -p 2222 -N -L ${port}:127.0.0.1:${port} me@build.example`;
  assert.ok(stderr.includes(`127.0.0.1 is that of build.example here. Reach it with: ${way}\n`), stderr);
  const status = await succeed(home, ['status', '-l', name]);
  assert.match(status.stdout, /ready/);
  assert.ok(status.stderr.includes(way));
  assert.equal((await succeed(home, ['exec', '-l', name, '--', 'cat'], 'typed')).stdout, 'typed');
  const invoked = await home.faaso(['invoke', '-l', name]);
  assert.deepEqual([invoked.status, invoked.stderr.includes(way)], [2, true]);
  await succeed(home, ['remove', '-l', '--yes', name]);
});

test('a program that crashes on another machine is not in service', async () => {
  const name = `ssh-crash-${RUN}`;
  await using home = await homeWith(name, { DOCKER_HOST: 'ssh://build.example' });
  await writeFile(home.path(name, 'server.js'), "setTimeout(() => { throw new Error('no database') }, 500)");
  await succeed(home, ['build', '-l', name]);
  const { status, stderr } = await home.faaso(['up', '-l', name]);
  assert.equal(status, 1);
  assert.match(stderr, /no database/);
  await succeed(home, ['remove', '-l', '--yes', name]);
});

test('the context in use says where the engine is', async () => {
  await using home = await homeWith('unused', { DOCKER_CONFIG: '' });
  home.environment['DOCKER_CONFIG'] = home.path('docker');
  const id = createHash('sha256').update('there').digest('hex');
  await mkdir(home.path('docker', 'contexts', 'meta', id), { recursive: true });
  await writeFile(home.path('docker', 'config.json'), '{"currentContext":"there"}');
  const meta = { Name: 'there', Endpoints: { docker: { Host: address } } };
  await writeFile(home.path('docker', 'contexts', 'meta', id, 'meta.json'), JSON.stringify(meta));
  await succeed(home, ['status', '-l']);
  const { stdout } = await home.faaso(['doctor', '-l']);
  assert.ok(stdout.includes(`answers on ${address}`), stdout);
});

test('an engine that is not reached is told by its address, with the reason', async () => {
  await using home = await homeWith('unused', {});
  const failing = async (host: string): Promise<string> => {
    const { status, stderr } = await home.faaso(['status', '-l'], { environment: { DOCKER_HOST: host } });
    assert.equal(status, 1);
    return stderr;
  };
  assert.match(
    await failing('ssh://away'),
    /no engine answers on ssh:\/\/away \(ssh: Permission denied \(publickey\)\.\)\. Start Docker there, or fix DOCKER_HOST\./,
  );
  assert.match(
    await failing('tcp://127.0.0.1:1'),
    /no engine answers on tcp:\/\/127\.0\.0\.1:1 \(.*ECONNREFUSED/,
  );
  const dev = await home.faaso(['dev', 'unused'], { environment: { DOCKER_HOST: 'ssh://away' } });
  assert.match(dev.stderr, /faaso dev needs an engine on this machine.* on away/);
});

test('Ctrl-C ends what is followed over ssh, and leaves neither a process nor a file', async () => {
  const name = `ssh-follow-${RUN}`;
  await using home = await homeWith(name, { DOCKER_HOST: 'ssh://build.example' });
  await writeFile(home.path(name, 'server.js'), `console.log('begun'); ${PROGRAM}`);
  await urlAfterUp(home, name);
  const child = home.start(['logs', '-l', '-f', name]);
  child.stdout.once('data', () => child.kill('SIGINT'));
  const { status, stdout } = await outcomeOf(child);
  assert.equal(status, 130);
  assert.match(stdout, /begun/);
  assert.deepEqual(await readdir(home.path('tmp')), []);
  await succeed(home, ['remove', '-l', '--yes', name]);
});
