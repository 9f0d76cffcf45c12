/** Answers that a front must not take for whole: tests send them as they are, the fuzzer spoils them further. */

/** What is wrong, and an answer that can't be passed on: the client gets a 502. */
export const NO_ANSWERS: readonly (readonly [string, string])[] = [
  ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['a broken status line', 'HTTP/1.1 abc OK\r\n\r\n'],
  ['a status below 100', 'HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n'],
  ['a broken field', 'HTTP/1.1 200 OK\r\nX Y: z\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  [
    'a length beside chunks',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
  ],
  ['an unknown coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc'],
  ['control characters in a field', 'HTTP/1.1 200 OK\r\nX: a\x01b\r\nContent-Length: 0\r\n\r\n'],
  [
    'an upgrade that nobody asked for',
    'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
  ],
  ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(70_000)}`],
  ['a status of 000', 'HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n'],
  ['a status of two digits', 'HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n'],
  ['a status of four digits', 'HTTP/1.1 1000 High\r\nContent-Length: 0\r\n\r\n'],
  ['another protocol', 'ICY 200 OK\r\n\r\nabc'],
  ['HTTP in small letters', 'http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['lines that end with LF', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
  ['a folded field', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n'],
  ['a bare CR in a field', 'HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b=c\r\nContent-Length: 0\r\n\r\n'],
  ['a NUL in a field', 'HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n'],
  ['a space before a colon', 'HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\na'],
  ['a field without a name', 'HTTP/1.1 200 OK\r\n: a\r\nContent-Length: 0\r\n\r\n'],
  ['a field without a colon', 'HTTP/1.1 200 OK\r\nabc\r\nContent-Length: 0\r\n\r\n'],
  ['a list as its length', 'HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\na'],
  ['a sign in its length', 'HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na'],
  ['a length beyond counting', 'HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\na'],
  ['chunked twice', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n'],
  ['a coding before chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
  ['a coding after chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, identity\r\n\r\nabc'],
  ['identity as its coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nabc'],
  ['a control before its coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n'],
  ['a broken 103', 'HTTP/1.1 103 Early Hints\r\nLink: a\x01b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'],
  ['an upgrade without a protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ['fields without end', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(20_000)}`],
];

/** What is wrong, and an answer that breaks in its body: the client is reset, and never sees an end. */
export const CUT_ANSWERS: readonly (readonly [string, string])[] = [
  [
    'a chunk size that is none',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0x1\r\nb\r\n',
  ],
  [
    'a space after a chunk size',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1 \r\nb\r\n',
  ],
  [
    'a chunk size beyond counting',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\nfffffffffffffffff\r\nb\r\n',
  ],
  ['a chunk without its end', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n'],
  ['a broken trailer', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX y\r\n\r\n'],
  [
    'a control in a trailer',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n1\r\na\r\n0\r\nX: \x01\r\n\r\n',
  ],
  [
    'a length as a trailer',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nContent-Length: 9\r\n\r\n',
  ],
  [
    'trailers without end',
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: ${'y'.repeat(70_000)}\r\n\r\n`,
  ],
];
