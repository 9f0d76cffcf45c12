import { faasoVersion } from '../../../version.ts';
import { BYTES_AT, DURATIONS_AT, DURATION_BOUNDS_MS, MS_AT, STATUS_CLASSES } from '../../ipc/stats.ts';
import type { AdminOptions, Handler } from '../admin.ts';
import { EXPOSITION_TYPE, Exposition } from '../exposition.ts';

type Carried = readonly (readonly [funko: string, numbers: readonly number[]])[];

/** `GET /admin/metrics`: what was carried and what is there, for Prometheus. */
export const metrics: Handler = async ({ reply }, admin) => {
  const page = new Exposition();
  const carried = await admin.carried();
  tellRequests(page, carried);
  tellDurations(page, carried);
  tellRouting(page, admin);
  reply.text(page.toString(), EXPOSITION_TYPE);
};

function tellRequests(page: Exposition, carried: Carried): void {
  page.metric(
    'faaso_requests_total',
    'counter',
    'Finished requests, by funko and class of status; an empty name stands for unknown funkos.',
  );
  for (const [funko, numbers] of carried) {
    for (let at = 0; at < STATUS_CLASSES; at += 1) {
      if ((numbers[at] ?? 0) > 0)
        page.sample('faaso_requests_total', { funko, code: `${at + 1}xx` }, numbers[at] ?? 0);
    }
  }
  page.metric('faaso_response_bytes_total', 'counter', 'Bytes of bodies of answers.');
  for (const [funko, numbers] of carried)
    page.sample('faaso_response_bytes_total', { funko }, numbers[BYTES_AT] ?? 0);
}

function tellDurations(page: Exposition, carried: Carried): void {
  const name = 'faaso_request_duration_seconds';
  page.metric(name, 'histogram', 'From the head of a request to the end of its answer.');
  for (const [funko, numbers] of carried) {
    let sum = 0;
    for (let at = 0; at <= DURATION_BOUNDS_MS.length; at += 1) {
      sum += numbers[DURATIONS_AT + at] ?? 0;
      const bound = DURATION_BOUNDS_MS[at];
      page.sample(`${name}_bucket`, { funko, le: bound === undefined ? '+Inf' : String(bound / 1000) }, sum);
    }
    page.sample(`${name}_sum`, { funko }, (numbers[MS_AT] ?? 0) / 1000);
    page.sample(`${name}_count`, { funko }, sum);
  }
}

function tellRouting(page: Exposition, { table, sync, inFlight }: AdminOptions): void {
  const now = table();
  page.metric('faaso_backend_requests_in_flight', 'gauge', 'Requests in flight to a container.');
  const backends = now.backends().toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const { id, name, state } of backends)
    page.sample('faaso_backend_requests_in_flight', { container: name, state }, inFlight(id));
  page.metric('faaso_routing_in_step', 'gauge', '1 if the routing table is in step with the engine, else 0.');
  page.sample('faaso_routing_in_step', {}, sync().state === 'in_step' ? 1 : 0);
  page.metric('faaso_routing_changes_total', 'counter', 'Changes of the routing table.');
  page.sample('faaso_routing_changes_total', {}, now.sequence);
  page.metric('faaso_info', 'gauge', 'Always 1; its label is the version that runs.');
  page.sample('faaso_info', { version: faasoVersion() }, 1);
}
