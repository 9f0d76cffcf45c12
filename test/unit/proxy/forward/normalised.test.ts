import assert from 'node:assert/strict';
import { METHODS } from 'node:http';
import { describe, it } from 'node:test';
import { get, startWorkerHarness } from '../../../support/forward/worker-harness.ts';

/** What a funko gets of a request, without the fields that FaaSO adds; its answer is empty. */
async function seen(request: string): Promise<{ line: string; fields: string[]; body: string }> {
  await using stand = await startWorkerHarness();
  const connections = await stand.rawFunko('one');
  using client = await stand.connect();
  client.send(request);
  const connection = await connections.next();
  await connection.until('\r\n\r\n');
  connection.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  assert.equal((await client.answer(request.startsWith('HEAD') ? 'HEAD' : 'GET')).status, 200);
  await connection.closed();
  const [head, body] = split(connection.text, '\r\n\r\n');
  const [line = '', ...fields] = head.split('\r\n');
  return { line, fields: fields.filter((each) => !/^(x-|via:)/i.test(each)), body };
}

function split(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return [text.slice(0, index), text.slice(index + at.length)];
}

const CHUNKED = 'POST /funko/one/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';

describe('a request that is sound but oddly written reaches the funko plainly written', () => {
  const oddities: [string, string, string][] = [
    ['empty lines before it', `\r\n\r\n${get('/funko/one/x')}`, 'GET /x HTTP/1.1'],
    ['an empty line that ends with LF before it', `\n${get('/funko/one/x')}`, 'GET /x HTTP/1.1'],
    ['two spaces in its line', get('/funko/one/x').replace('GET ', 'GET  '), 'GET /x HTTP/1.1'],
    ['two spaces before its version', get('/funko/one/x '), 'GET /x HTTP/1.1'],
    ['HTTP/1.0', get('/funko/one/x').replace('HTTP/1.1', 'HTTP/1.0'), 'GET /x HTTP/1.1'],
    ['an absolute target', get('HTTP://other.test/funko/one/x'), 'GET /x HTTP/1.1'],
    ['path parameters', get('/funko/one/..;/x;a=b'), 'GET /..;/x;a=b HTTP/1.1'],
    ['a name that is encoded', get('/funko/%6f%6Ee/%6f%252e'), 'GET /%6f%252e HTTP/1.1'],
    ['a backslash in the path', get('/funko/one/..\\x'), 'GET /..\\x HTTP/1.1'],
    ['signs that no URL has', get('/funko/one/"<>^`{|}'), 'GET /"<>^`{|} HTTP/1.1'],
    ['a long target', get(`/funko/one/${'x'.repeat(15_000)}`), `GET /${'x'.repeat(15_000)} HTTP/1.1`],
  ];
  for (const [what, request, line] of oddities) {
    it(what, async () => {
      assert.equal((await seen(request)).line, line);
    });
  }

  const framings: [string, string, string, string][] = [
    ['a tab before the coding', CHUNKED.replace(': chunked', ':\tchunked'), 'transfer-encoding: chunked', ''],
    ['capitals in the coding', CHUNKED.replace('chunked', 'CHUNKED'), 'transfer-encoding: chunked', ''],
    ['zeros before a chunk size', CHUNKED, 'transfer-encoding: chunked', '000000000000000000000'],
  ];
  for (const [what, head, field, zeros] of framings) {
    it(what, async () => {
      const { fields, body } = await seen(`${head}${zeros}2\r\nab\r\n0\r\n\r\n`);
      assert.deepEqual(framing(fields), [field]);
      assert.equal(body, '2\r\nab\r\n0\r\n\r\n');
    });
  }

  for (const length of ['2', '002', ' \t2 \t', '0000000000000000000000000000002']) {
    it(`Content-Length: ${JSON.stringify(length)}`, async () => {
      const request = `POST /funko/one/ HTTP/1.1\r\nHost: a\r\nContent-Length:${length}\r\n\r\nab`;
      const { fields, body } = await seen(request);
      assert.deepEqual(framing(fields), ['content-length: 2']);
      assert.equal(body, 'ab');
    });
  }

  it('names with "_" that could be read as a framing or as FaaSO’s own word are left out', async () => {
    const { fields, body } = await seen(
      'POST /funko/one/ HTTP/1.1\r\nHost: a\r\nTransfer_Encoding: chunked\r\nContent_Length: 9\r\n' +
        'Content-Length: 2\r\nX_Forwarded-Proto: https\r\nhost_: b\r\nUser_Name: me\r\n\r\nab',
    );
    assert.deepEqual(fields, [
      'host: a',
      'connection: keep-alive',
      'host_: b',
      'User_Name: me',
      'content-length: 2',
    ]);
    assert.equal(body, 'ab');
  });

  it('Connection takes off what is the client’s to take off, never Host, the framing or FaaSO’s own fields', async () => {
    for (const [framed, body] of [
      ['Content-Length: 2\r\n\r\nab', 'ab'],
      ['Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n', '2\r\nab\r\n0\r\n\r\n'],
    ] as const) {
      await using stand = await startWorkerHarness();
      const connections = await stand.rawFunko('one');
      using client = await stand.connect();
      client.send(
        'POST /funko/one/ HTTP/1.1\r\nHost: a\r\nCookie: c\r\nX-Request-Id: id\r\n' +
          'Connection: host, content-length, transfer-encoding, x-forwarded-for, x-request-id, via, cookie\r\n' +
          framed,
      );
      const connection = await connections.next();
      const [head, rest] = split(await connection.until(body), '\r\n\r\n');
      assert.equal(rest, body);
      for (const kept of ['host: a', 'X-Forwarded-For: 127.0.0.1', 'X-Request-Id: id', 'Via: 1.1 faaso'])
        assert.ok(head.includes(`\r\n${kept}`), kept);
      assert.doesNotMatch(head, /cookie/i);
    }
  });
});

describe('a method', () => {
  for (const method of METHODS.filter((each) => each !== 'CONNECT')) {
    it(`${method} is forwarded, with a body or without`, async () => {
      assert.equal((await seen(get('/funko/one/x').replace('GET', method))).line, `${method} /x HTTP/1.1`);
      const request = `${method} /funko/one/x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab`;
      const { line, fields, body } = await seen(request);
      assert.equal(line, `${method} /x HTTP/1.1`);
      assert.deepEqual(framing(fields), ['content-length: 2']);
      assert.equal(body, 'ab');
    });
  }
});

function framing(fields: readonly string[]): string[] {
  return fields.filter((each) => /^(content-length|transfer-encoding)/i.test(each));
}
