import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listenersIn } from '../../../../src/docker/helper-container/listening-ports.ts';

/** Of a container with Node.js on [::]:3000, one on 127.0.0.1:9229, [::1]:5173 and 0.0.0.0:8080, Docker's DNS and a client. */
const TABLES = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0B00007F:A2D1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 91183 1 0000000000000000 100 0 0 10 0
   1: 0100007F:240D 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 91201 1 0000000000000000 100 0 0 10 0
   2: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 91202 1 0000000000000000 100 0 0 10 0
   3: 020012AC:D2F0 030012AC:1538 01 00000000:00000000 00:00000000 00000000  1000        0 91203 1 0000000000000000 20 4 30 10 -1
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:0BB8 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 91204 1 0000000000000000 100 0 0 10 0
   1: 00000000000000000000000001000000:1435 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 91205 1 0000000000000000 100 0 0 10 0
   2: 0000000000000000FFFF00000100007F:2328 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 91206 1 0000000000000000 100 0 0 10 0
`;

test('the ports that programs of a container listen on are read, and whether others reach them', () => {
  assert.deepEqual(listenersIn(TABLES), [
    { port: 3000, isLoopback: false },
    { port: 5173, isLoopback: true },
    { port: 8080, isLoopback: false },
    { port: 9000, isLoopback: true },
    { port: 9229, isLoopback: true },
  ]);
});

test('a port that is listened on at two addresses counts by the wider one', () => {
  const line = (address: string): string =>
    `   0: ${address}:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1 1 0 100 0 0 10 0`;
  for (const addresses of [
    ['0100007F', '00000000'],
    ['00000000', '0100007F'],
  ])
    assert.deepEqual(listenersIn(addresses.map(line).join('\n')), [{ port: 3000, isLoopback: false }]);
  assert.deepEqual(listenersIn(''), []);
});
