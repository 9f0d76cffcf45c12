import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wrongPort } from '../../../../src/lifecycle/causes/wrong-port.ts';

const open = (port: number) => ({ port, isLoopback: false });
const inner = (port: number) => ({ port, isLoopback: true });

test('a program that listens where it is asked is not at fault', () => {
  assert.equal(wrongPort([open(3000)], 3000), undefined);
  assert.equal(wrongPort([inner(9229), open(3000), open(9090)], 3000), undefined);
});

test('a program that listens elsewhere is told where, and both ways to fix it', () => {
  assert.equal(
    wrongPort([open(8080)], 3000),
    'its program listens on port 8080, not on 3000; have it listen on the port in the environment variable PORT, or write "port: 8080" into funko.yml.',
  );
  assert.match(wrongPort([open(8080), open(9090)], 3000) ?? '', /port 8080, 9090, not on 3000.*"port: PORT"/);
});

test('one that listens on localhost alone is told so', () => {
  assert.match(wrongPort([inner(3000)], 3000) ?? '', /port 3000 of localhost alone.*0\.0\.0\.0/);
  assert.match(
    wrongPort([inner(5000)], 3000) ?? '',
    /port 5000 of localhost alone.*0\.0\.0\.0 and the port in .*PORT, or on 0\.0\.0\.0 with "port: 5000" in funko\.yml \(many servers take --host 0\.0\.0\.0 --port 3000\)\.$/,
  );
});

test('one that listens nowhere is told so', () => {
  assert.equal(wrongPort([], 3000), 'its program listens on no port yet.');
});
