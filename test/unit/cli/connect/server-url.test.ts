import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  funkoUrl,
  isLocal,
  ownNameUrl,
  parseServerUrl,
  portOf,
} from '../../../../src/cli/connect/server-url.ts';

describe('a server address', () => {
  it('has one spelling', () => {
    const spellings = ['http://localhost:8888', 'HTTP://LocalHost:8888/', 'http://localhost:08888//'];
    for (const text of spellings) assert.equal(parseServerUrl(text, 'it'), 'http://localhost:8888');
    assert.equal(parseServerUrl('https://a.example:443/faaso/', 'it'), 'https://a.example/faaso');
  });

  it('is refused with what is wrong about it, a password not repeated', () => {
    for (const text of [
      'localhost:8888',
      'my-server',
      'ftp://a',
      'http://',
      'http://a/?x=1',
      'http://a/#x',
    ]) {
      assert.throws(() => parseServerUrl(text, 'FAASO_SERVER'), {
        code: 'bad_setting',
        message: /^FAASO_SERVER is "/,
      });
    }
    assert.throws(
      () => parseServerUrl('http://me:hunter2@a/', 'it'),
      (error: Error) =>
        error.message.includes('no user name or password') && !error.message.includes('hunter2'),
    );
  });

  it('is local for this machine only', () => {
    for (const url of ['http://localhost:1', 'http://127.0.0.1', 'http://127.9.9.9:2', 'https://[::1]:3'])
      assert.ok(isLocal(url));
    for (const url of ['http://localhost.example', 'http://128.0.0.1', 'http://127.0.0.1.example'])
      assert.ok(!isLocal(url));
  });

  it('has a port, named or not', () => {
    assert.deepEqual(['http://a', 'https://a', 'http://a:8888'].map(portOf), [80, 443, 8888]);
  });

  it('leads to a funko', () => {
    assert.equal(funkoUrl('http://localhost:8888', 'demo'), 'http://localhost:8888/funko/demo/');
  });

  it('leads to a funko under a name of its own where that means the same server', () => {
    for (const server of ['http://localhost:8888', 'http://127.0.0.1:8888', 'http://[::1]:8888'])
      assert.equal(ownNameUrl(server, 'demo'), 'http://demo.localhost:8888/');
    assert.equal(ownNameUrl('http://localhost', 'demo@v3'), 'http://demo--v3.localhost/');
    const elsewhere = [
      'http://10.0.0.7:8888',
      'http://faas.example',
      'http://127.0.0.2:8888',
      'http://a.localhost',
    ];
    for (const server of [...elsewhere, 'https://localhost:8443', 'http://localhost:8888/faaso'])
      assert.equal(ownNameUrl(server, 'demo'), undefined);
    assert.equal(ownNameUrl('http://localhost:8888', 'By-Hand'), undefined);
  });
});
