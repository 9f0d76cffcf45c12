import { releaseName } from '../../../../src/funko/naming/process.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as container from '../../../../src/funko/naming/container-names.ts';
import * as labels from '../../../../src/funko/naming/labels.ts';
import * as names from '../../../../src/funko/naming/names.ts';
import * as version from '../../../../src/funko/naming/version.ts';
import { splitOfTag, splitTag, splitWorkTag } from '../../../../src/funko/naming/split.ts';

describe('a container belongs to a funko', () => {
  it('by its name, alone or with a dot and anything after it', () => {
    assert.deepEqual(container.funkosOf('faaso-hello', [], {}), ['hello']);
    assert.deepEqual(container.funkosOf('faaso-hello.2', [], {}), ['hello']);
    assert.deepEqual(container.funkosOf('faaso-hello.1.k3j9', [], {}), ['hello']);
    assert.deepEqual(container.funkosOf(releaseName('hello'), [], { 'faaso.funko': 'hello' }), []);
  });

  it('by an alias, up to its first dot as in a name', () => {
    assert.deepEqual(container.funkosOf('web', ['0123456789ab', 'faaso-hello'], {}), ['hello']);
    assert.deepEqual(container.funkosOf('web', ['faaso-hello.2'], {}), ['hello']);
    assert.deepEqual(container.funkosOf('web', ['faaso-proxy.builds'], {}), []);
  });

  it('or to several, each named once, sorted', () => {
    assert.deepEqual(container.funkosOf('faaso-b.1', ['faaso-b', 'faaso-a'], {}), ['a', 'b']);
  });

  it('or to none: another prefix, nothing after the prefix, the proxy itself', () => {
    for (const name of ['web', 'faaso', 'faaso-', 'faaso-.1', 'xfaaso-a', 'faaso-proxy', 'faaso-proxy.1']) {
      assert.deepEqual(container.funkosOf(name, ['faaso-proxy'], {}), [], name);
    }
  });

  it('or to none: whatever carries the label of a proxy, under any name and alias', () => {
    for (const name of ['web', 'faaso-second', 'faaso-second.1', 'faaso_proxy.1.k3j9'])
      assert.deepEqual(container.funkosOf(name, ['faaso-hello'], { 'faaso.proxy': '' }), [], name);
  });

  it('never to one whose name only begins alike', () => {
    assert.deepEqual(container.funkosOf('faaso-foo-bar', [], {}), ['foo-bar']);
  });
});

describe('a name that FaaSO builds', () => {
  it('is short, small and safe', () => {
    for (const name of ['a', '0', 'a-b', 'a'.repeat(40)]) assert.ok(names.isFunkoName(name), name);
    for (const name of ['', '-a', 'a-', 'A', 'a_b', 'a.b', 'a/b', 'ä', 'a\n', 'proxy', 'a'.repeat(41)]) {
      assert.ok(!names.isFunkoName(name), name);
    }
  });

  it('gives its alias, its instances and its tags, and these give the numbers back', () => {
    assert.equal(container.aliasOf('hello'), 'faaso-hello');
    assert.equal(container.instanceNumber('hello', container.instanceName('hello', 12)), 12);
    assert.equal(version.versionOfTag('hello', version.versionTag('hello', 3)), 3);
    assert.equal(version.latestTag('hello'), 'faaso-hello:latest');
  });

  it('does not read numbers out of the names of others', () => {
    for (const name of [
      'faaso-hello',
      'faaso-hello.',
      'faaso-hello.0',
      'faaso-hello.01',
      'faaso-hello.1.x',
      'faaso-hell.1',
    ]) {
      assert.equal(container.instanceNumber('hello', name), undefined, name);
    }
    for (const tag of [
      'faaso-hello:latest',
      'faaso-hello:3',
      'faaso-hello:v0',
      'faaso-hello:v03',
      'faaso-hell:v3',
    ]) {
      assert.equal(version.versionOfTag('hello', tag), undefined, tag);
    }
  });
});

describe('what stands beside the version in service', () => {
  const built = { 'faaso.funko': 'hello', 'faaso.version': 'v3' };

  it('is a preview by its name and what it was made of', () => {
    assert.deepEqual(container.funkosOf('faaso-hello_v3.1', ['faaso-hello_v3'], built), ['hello@v3']);
    assert.deepEqual(container.funkosOf('faaso-hello_v4.1', [], built), ['hello_v4']);
    assert.deepEqual(container.funkosOf('faaso-hello_v3', [], {}), ['hello_v3'], 'made by hand');
    assert.deepEqual(container.parsePreview('hello@v3'), { funko: 'hello', version: 3 });
    assert.deepEqual(container.parsePreview('hello@3'), { funko: 'hello@3', version: undefined });
  });

  it('shares the requests by a tag that nothing else looks like', () => {
    const split = [
      { version: 7, weight: 90 },
      { version: 8, weight: 10 },
    ] as const;
    assert.equal(splitTag('hello', split), 'faaso-hello:split-v7-90-v8-10');
    assert.deepEqual(splitOfTag('hello', 'faaso-hello:split-v7-90-v8-10'), split);
    for (const rest of [
      'v7-90-v8-11',
      'v8-10-v7-90',
      'v7-50-v7-50',
      'v7-090-v8-10',
      'v7-100',
      'v7-101-v8-0',
      'x',
    ])
      assert.equal(splitOfTag('hello', `faaso-hello:split-${rest}`), undefined, rest);
    assert.equal(splitOfTag('other', 'faaso-hello:split-v7-90-v8-10'), undefined);
    assert.equal(splitOfTag('hello', splitWorkTag('hello', 'set', 'v1-50-v2-50')), undefined);
  });
});

describe('the port of a container', () => {
  it('is 3000 unless its label says otherwise', () => {
    assert.equal(labels.portOf({}), 3000);
    assert.equal(labels.portOf({ 'faaso.port': '80' }), 80);
    assert.equal(labels.portOf({ 'faaso.port': '65535' }), 65535);
  });

  it('is unknown for a label that is no port', () => {
    for (const label of ['', '0', '65536', '080', '80 ', '-1', 'http', '8e1']) {
      assert.equal(labels.portOf({ 'faaso.port': label }), undefined, label);
    }
  });
});
