import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stats } from '../../../../../src/proxy/ipc/stats.ts';
import { Totals } from '../../../../../src/proxy/parent/workers/totals.ts';
import { sampleBackend } from '../../../../support/proxy/samples.ts';
import { AdminHarness } from '../../../../support/admin/admin-harness.ts';

const isKnown = (funko: string): boolean => funko === 'shop';

function carried(...requests: [string | null, number, number, number][]): Totals {
  const totals = new Totals();
  // Two workers: what they counted is added up.
  for (const [index] of requests.entries()) {
    const tally = new Stats(isKnown);
    tally.add(...(requests[index] ?? assert.fail()));
    totals.add(tally.take() ?? {}, isKnown);
  }
  return totals;
}

test('metrics tell requests by funko and status, bytes and durations, as Prometheus reads them', async () => {
  await using admin = await AdminHarness.start();
  admin.backends = [sampleBackend({ name: 'faaso-shop.1', state: 'ready' })];
  const totals = carried(['shop', 200, 100, 4], ['shop', 200, 50, 30], ['shop', 503, 0, 60_000]);
  admin.carried = [...totals.of(isKnown)].map(([funko, numbers]) => [funko, numbers]);
  const answer = await admin.ask('GET', '/admin/metrics');
  assert.equal(answer.status, 200);
  assert.match(answer.headers['content-type'] ?? '', /^text\/plain; version=0\.0\.4/);
  const lines = answer.body.split('\n');
  for (const line of [
    '# TYPE faaso_requests_total counter',
    'faaso_requests_total{funko="shop",code="2xx"} 2',
    'faaso_requests_total{funko="shop",code="5xx"} 1',
    'faaso_response_bytes_total{funko="shop"} 150',
    'faaso_request_duration_seconds_bucket{funko="shop",le="0.005"} 1',
    'faaso_request_duration_seconds_bucket{funko="shop",le="0.05"} 2',
    'faaso_request_duration_seconds_bucket{funko="shop",le="10"} 2',
    'faaso_request_duration_seconds_bucket{funko="shop",le="+Inf"} 3',
    'faaso_request_duration_seconds_sum{funko="shop"} 60.034',
    'faaso_request_duration_seconds_count{funko="shop"} 3',
    'faaso_backend_requests_in_flight{container="faaso-shop.1",state="ready"} 7',
    'faaso_routing_in_step 1',
  ]) {
    assert.ok(lines.includes(line), `${line} is not in\n${answer.body}`);
  }
});

test('names that strangers invent are counted as one', () => {
  const totals = carried(['shop', 200, 0, 1], ['a', 404, 0, 1], ['b', 404, 0, 1], [null, 200, 0, 1]);
  assert.deepEqual(
    totals.of(isKnown).map(([funko]) => funko),
    ['', 'shop'],
  );
});

test('a funko that is gone is forgotten', () => {
  const totals = carried(['shop', 200, 0, 1]);
  assert.deepEqual(
    totals.of(() => false),
    [],
  );
  assert.deepEqual(totals.of(isKnown), []);
});
