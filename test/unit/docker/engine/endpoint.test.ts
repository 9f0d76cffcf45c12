import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordsOf } from '../../../../src/docker/engine/connect-ssh.ts';
import { isThisMachine, parseEndpoint, type SshEndpoint } from '../../../../src/docker/engine/endpoint.ts';

const parse = (text: string): ReturnType<typeof parseEndpoint> => parseEndpoint(text, 'DOCKER_HOST');

test('an engine is on a Unix socket, on a TCP port, or behind ssh', () => {
  assert.deepEqual(parse('unix:///run/user/1000/docker.sock'), {
    type: 'socket',
    path: '/run/user/1000/docker.sock',
  });
  assert.deepEqual(parse('tcp://build.example'), {
    type: 'tcp',
    url: 'tcp://build.example',
    host: 'build.example',
    port: 2375,
  });
  assert.partialDeepStrictEqual(parse('tcp://[fd00::1]:99'), { host: 'fd00::1', port: 99 });
  const tls = { verify: true };
  assert.partialDeepStrictEqual(parseEndpoint('tcp://10.0.0.1', 'DOCKER_HOST', tls), { port: 2376, tls });
});

test('ssh runs the same command as docker does, and takes nothing of the address for an option', () => {
  const words = wordsOf(parse('ssh://me@build.example:2222/run/it%27s.sock') as SshEndpoint);
  assert.deepEqual(words.slice(3), [
    ...['-l', 'me', '-p', '2222', '--', 'build.example'],
    ...['docker', '--host', String.raw`'unix:///run/it'\''s.sock'`, 'system', 'dial-stdio'],
  ]);
  assert.deepEqual(wordsOf(parse('ssh://build_1') as SshEndpoint).slice(3), [
    ...['--', 'build_1', 'docker', 'system', 'dial-stdio'],
  ]);
  assert.throws(() => parse('ssh://-oProxyCommand=x'), { code: 'bad_setting' });
});

test('any other address is a bad setting, and the message says what is allowed', () => {
  for (const text of [
    ...['npipe:////./pipe/docker_engine', 'http://x:1', '/var/run/docker.sock', 'unix://', 'tcp://', 'ssh:'],
    ...['tcp://x:99999', 'tcp://x/path', 'tcp://x?y', 'ssh://a b'],
  ]) {
    assert.throws(() => parse(text), {
      code: 'bad_setting',
      message: `DOCKER_HOST is "${text}"; it must be unix:///path/to/docker.sock, tcp://HOST:PORT or ssh://[USER@]HOST[:PORT]; npipe:// and others are not supported.`,
    });
  }
  assert.throws(
    () => parse('ssh://me:secret@x'),
    (error: Error) => error.message.includes('has a password') && !error.message.includes('secret'),
  );
});

test('a loopback address is this machine, any other one is not', () => {
  for (const text of [
    'unix:///x',
    'tcp://localhost:1',
    'tcp://127.0.0.9',
    'tcp://[::1]:1',
    'ssh://me@localhost',
  ])
    assert.ok(isThisMachine(parse(text)), text);
  for (const text of ['tcp://10.0.0.1', 'ssh://build', 'tcp://127.0.0.1.example'])
    assert.ok(!isThisMachine(parse(text)), text);
});
