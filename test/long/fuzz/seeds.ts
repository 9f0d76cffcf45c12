/** What the fuzzer begins with: requests and answers, sound ones and such as tests send. */
import { CUT_ANSWERS, NO_ANSWERS } from '../../support/forward/bad-answers.ts';
import { REFUSED_HEADS, REFUSED_RESTS } from '../../support/forward/refused.ts';
import { get } from '../../support/forward/worker-harness.ts';

/** Names of the funkos: one answers soundly, one does not. */
export const SOUND = 'one';
export const SPOILT = 'garbage';

export const SOUND_REQUESTS: readonly string[] = [
  get('/funko/one/a?b', 'X: y'),
  get('/funko/garbage/'),
  get('/funko/garbage/x', 'TE: trailers'),
  get('/funko/one/').replace('GET', 'HEAD'),
  get('/funko/garbage/').replace('GET', 'HEAD'),
  'POST /funko/one/ HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  'POST /funko/one/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: u\r\n\r\n',
  `POST /funko/one/ HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n${'0123456789'.repeat(7000)}`,
  'POST /funko/garbage/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n3\r\nabc\r\n0\r\n\r\n',
  'PUT /funko/one/ HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc',
  'DELETE /funko/one/b HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab',
  `GET /funko/one/a HTTP/1.1\r\nHost: a\r\nContent-Length: 44\r\n\r\nGET /funko/one/hidden HTTP/1.1\r\nHost: a\r\n\r\n`,
  get('/funko/one/', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: x'),
  get('/funko/garbage/', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: x'),
  'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET http://a/funko/one/ HTTP/1.0\r\nConnection: keep-alive, X\r\nX: y\r\n\r\n',
  get('/funko/one'),
  get('/funko/nobody/', 'Accept: text/html'),
  get('/healthz'),
  get('/admin/funkos'),
];

/** Too long to be sent a hundred times a second. */
const MOST = 3000;

export const REQUESTS: readonly string[] = [
  ...SOUND_REQUESTS,
  ...SOUND_REQUESTS,
  ...REFUSED_HEADS.map(([, , text]) => text),
  ...REFUSED_RESTS.map(([, , rest]) => `POST /funko/one/ HTTP/1.1\r\nHost: faaso.test\r\n${rest}`),
].filter(
  (text) =>
    text.length < MOST || text.startsWith('POST /funko/one/ HTTP/1.1\r\nHost: a\r\nContent-Length: 70000'),
);

export const ANSWERS: readonly string[] = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: u\r\n\r\n',
  'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x05hello',
  'HTTP/1.1 426 Upgrade Required\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.0 200 OK\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\nContent-Length: 0\r\n\r\n',
  ...NO_ANSWERS.map(([, text]) => text),
  ...CUT_ANSWERS.map(([, text]) => text),
].filter((text) => text.length < MOST);

export const MORSELS: readonly string[] = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ':',
  ' ',
  '\t',
  '\x0b',
  '%',
  '%2e',
  '..',
  '/',
  '//',
  '#',
  '\xff',
  ';',
  ',',
  '=',
  '"',
  '0',
  '-1',
  '+',
  '0x',
  '99999999999999999999',
  'ffffffffffffffff',
  'Host: b\r\n',
  'chunked',
  ', ',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: identity\r\n',
  'Content-Length: 3\r\n',
  'Content-Length: 0\r\n',
  'Connection: close\r\n',
  'Connection: content-length, host\r\n',
  'Expect: 100-continue\r\n',
  'Upgrade: websocket\r\n',
  '\r\n\r\n',
  '0\r\n\r\n',
  'GET / HTTP/1.1\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.0',
];
