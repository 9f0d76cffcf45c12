import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { funkoOfHost, hostNameOf, localHostOf } from '../../../../src/funko/naming/host.ts';

const nothing = (): boolean => false;

describe('a host name', () => {
  for (const [host, funko] of [
    ['hello.localhost', 'hello'],
    ['a-b.localhost', 'a-b'],
    ['my_app.localhost', 'my_app'],
    ['hello--v3.localhost', 'hello@v3'],
    ['a--b--v12.localhost', 'a--b@v12'],
    ['hello--v0.localhost', 'hello--v0'],
    ['hello--v03.localhost', 'hello--v03'],
    ['hello--v.localhost', 'hello--v'],
    ['hello--x3.localhost', 'hello--x3'],
    ['--v3.localhost', '--v3'],
    ['a.b.localhost', 'a.b'],
    ['localhost.localhost', 'localhost'],
  ] as const) {
    it(`stands for a funko: ${host}`, () => {
      assert.equal(funkoOfHost(host, nothing), funko);
    });
  }

  for (const host of [
    'localhost',
    'hello',
    'hello.localhost.test',
    'hellolocalhost',
    'localhost.hello',
    '127.0.0.1',
    '[::1]',
    '',
  ]) {
    it(`stands for none: "${host}"`, () => {
      assert.equal(funkoOfHost(host, nothing), undefined);
    });
  }

  it('is first of all that of a funko with exactly this name', () => {
    assert.equal(
      funkoOfHost('hello--v3.localhost', (name) => name === 'hello--v3'),
      'hello--v3',
    );
    assert.equal(
      funkoOfHost('hello--v3.localhost', (name) => name === 'hello'),
      'hello@v3',
    );
  });

  it('is compared without its port, the dot at its end and its case', () => {
    for (const authority of [
      'hello.localhost',
      'Hello.LOCALHOST:8888',
      'hello.localhost.:8888',
      'hello.localhost.',
    ])
      assert.equal(hostNameOf(authority), 'hello.localhost');
    assert.equal(hostNameOf('[::1]:8888'), '[::1]');
    assert.equal(hostNameOf('[::1]'), '[::1]');
    assert.equal(hostNameOf('hello.localhost:'), 'hello.localhost');
  });
});

describe('a funko', () => {
  it('has a host name, and so has each version of it', () => {
    assert.equal(localHostOf('hello'), 'hello.localhost');
    assert.equal(localHostOf('hello@v3'), 'hello--v3.localhost');
    for (const funko of ['hello', 'a-b', 'hello@v3', 'a--b@v12', 'my_app'])
      assert.equal(funkoOfHost(localHostOf(funko) ?? '', nothing), funko);
  });

  it('has none if no host name can be its name, as with what was made by hand', () => {
    for (const funko of ['Hello', 'grün', 'a b', '-a', 'a-', 'x'.repeat(64)])
      assert.equal(localHostOf(funko), undefined);
  });
});
