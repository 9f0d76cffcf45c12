import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTarget, targetOf } from '../../../../../src/proxy/forward/request/target.ts';

function target(raw: string, method = 'GET') {
  return targetOf(parseTarget(method, raw), undefined);
}

describe('a request target', () => {
  const forwarded: [string, string, string][] = [
    ['/funko/hello/', 'hello', '/'],
    ['/funko/hello/a/b?c=d&e', 'hello', '/a/b?c=d&e'],
    ['/funko/hello//a//', 'hello', '//a//'],
    ['/funko/hello/?', 'hello', '/?'],
    ['/funko/hello/%2e%2e/%2Fx%00', 'hello', '/%2e%2e/%2Fx%00'],
    ['/funko/hello/../other/secret', 'hello', '/../other/secret'],
    ['/funko/hello/a;b=c,d:e@f', 'hello', '/a;b=c,d:e@f'],
    ['/funko/he%6Clo/x', 'hello', '/x'],
    ['/funko/gr%C3%BCn/x', 'grün', '/x'],
    ['/funko/hello/x?/funko/other/', 'hello', '/x?/funko/other/'],
    ['http://other.test/funko/hello/x?y', 'hello', '/x?y'],
    ['HTTPS://other.test:1/funko/hello/', 'hello', '/'],
  ];
  for (const [raw, funko, path] of forwarded) {
    it(`goes to a funko, the rest byte for byte: ${raw}`, () => {
      const parsed = target(raw);
      assert.equal(parsed.kind, 'funko');
      assert.deepEqual(
        { ...parsed, prefix: undefined, kind: undefined },
        { funko, path, prefix: undefined, kind: undefined },
      );
    });
  }

  it('keeps the prefix as it was sent', () => {
    assert.deepEqual(target('/funko/he%6Clo/x'), {
      kind: 'funko',
      funko: 'hello',
      prefix: '/funko/he%6Clo',
      path: '/x',
    });
  });

  for (const [raw, location] of [
    ['/funko/hello', '/funko/hello/'],
    ['/funko/hello?a=/b', '/funko/hello/?a=/b'],
    ['/funko/he%6Clo', '/funko/he%6Clo/'],
  ] as const) {
    it(`is redirected where the slash after the name is missing: ${raw}`, () => {
      assert.deepEqual(target(raw), { kind: 'redirect', location });
    });
  }

  for (const raw of [
    '/funko/../x',
    '/funko/./x',
    '/funko/%2e%2e/x',
    '/funko/%2E./x',
    '/funko/a%2fb/x',
    '/funko/a%5cb/x',
    '/funko/a\\b/x',
    '/funko/a%00/x',
    '/funko/%zz/x',
    '/funko/%ff/x',
    '/funko//x',
    '/funko/',
    '/funko/?x',
    '/funko/hello/#fragment',
    '/#',
    'ftp://other.test/funko/hello/',
    'other.test:80',
    '*',
  ]) {
    it(`is refused with 400: ${raw}`, () => {
      const parsed = target(raw);
      assert.equal(parsed.kind === 'refused' && parsed.problem.status, 400);
    });
  }

  for (const raw of [
    '/',
    '/funko',
    '/funk',
    '/FUNKO/hello/',
    '/x/../funko/hello/',
    '//funko/hello/',
    '/healthz/',
    '/administrator',
  ]) {
    it(`is nothing: ${raw}`, () => {
      const parsed = target(raw);
      assert.equal(parsed.kind === 'refused' && parsed.problem.status, 404);
    });
  }

  it('goes to the admin API as a whole', () => {
    assert.deepEqual(target('/admin'), { kind: 'admin', path: '/admin' });
    assert.deepEqual(target('/admin/funkos/../x?y'), { kind: 'admin', path: '/admin/funkos/../x?y' });
  });

  it('may be a page of FaaSO itself, whatever its query', () => {
    assert.deepEqual(target('/healthz'), { kind: 'local', page: 'healthz' });
    assert.deepEqual(target('/readyz?x'), { kind: 'local', page: 'readyz' });
    assert.deepEqual(target('*', 'OPTIONS'), { kind: 'local', page: 'server' });
  });

  it('is a funko’s as it stands under that funko’s own name', () => {
    for (const path of [
      '/',
      '/a/b?c',
      '/funko/other/x',
      '/funko/other',
      '/admin',
      '/healthz',
      '//x',
      '/%2e%2e/',
    ])
      assert.deepEqual(targetOf(parseTarget('GET', path), 'hello'), {
        kind: 'funko',
        funko: 'hello',
        prefix: undefined,
        path,
      });
  });

  it('has the path of an absolute one', () => {
    assert.equal(parseTarget('GET', 'http://other.test/a/b?c').path, '/a/b?c');
    assert.equal(parseTarget('GET', 'http://other.test').path, '/');
    assert.equal(parseTarget('GET', 'http://other.test?c').path, '/?c');
  });

  it('gives its authority if it is absolute, and is never taken apart any further', () => {
    assert.equal(parseTarget('GET', 'http://other.test:80/funko/x/').authority, 'other.test:80');
    assert.equal(parseTarget('GET', 'http://other.test').authority, 'other.test');
    assert.equal(parseTarget('GET', 'http://u:p@other.test/').authority, 'u:p@other.test');
    assert.equal(parseTarget('GET', '/funko/x/').authority, undefined);
  });
});
