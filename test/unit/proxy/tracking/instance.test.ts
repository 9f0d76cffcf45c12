import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container } from '../../../../src/docker/containers.ts';
import type { EngineEvent } from '../../../../src/docker/events.ts';
import {
  lookAgainMs,
  reduce,
  type InstanceChange,
  type Instance,
} from '../../../../src/proxy/tracking/instance.ts';
import { effectOf } from '../../../../src/proxy/tracking/event-effect.ts';
import { NETWORK, container, event, networkEvent, on } from '../../../support/routing/samples.ts';

/** A container's story, told step by step, as the keeper tells it: each event is one tick. */
class Story {
  now = 1_000_000;
  tick = 0;
  instance: Instance | undefined;

  seen(changes: Partial<Container> = {}, askedAt = this.tick): this {
    return this.#change({ kind: 'seen', container: container(changes), tick: askedAt });
  }

  told(happened: EngineEvent, replayed = false): this {
    const news = effectOf(happened, NETWORK);
    assert.ok(news);
    this.tick += 1;
    return this.#change({ kind: 'told', news, tick: this.tick, replayed });
  }

  probed(life = this.instance?.backend?.life ?? ''): this {
    return this.#change({ kind: 'probed', life });
  }

  released(): this {
    return this.#change({ kind: 'released' });
  }

  get state(): string | undefined {
    return this.instance?.backend?.state;
  }

  #change(change: InstanceChange): this {
    this.instance = reduce(this.instance, change, { network: NETWORK, now: this.now });
    return this;
  }
}

/** A story that has come to an instance that takes traffic. */
function ready(): Story {
  const story = new Story().seen().probed();
  assert.equal(story.state, 'ready');
  return story;
}

for (const [happened, state] of [
  [event('kill', 1, { signal: '15' }), 'stopping'],
  [event('kill', 1, { signal: '9' }), 'stopping'],
  [event('die', 1, { exitCode: '1' }), 'stopped'],
  [event('stop'), 'stopped'],
  [event('destroy'), 'stopped'],
  [event('pause'), 'paused'],
  [event('health_status', 1, { health: 'unhealthy' }), 'unhealthy'],
  [networkEvent('disconnect'), 'stopping'],
] as const) {
  test(`at ${happened.action} ${happened.attributes['signal'] ?? ''} it takes no traffic, before any inspect`, () => {
    assert.equal(ready().told(happened).state, state);
  });
}

for (const [happened, why] of [
  [event('kill', 1, { signal: '1' }), 'a HUP ends nothing'],
  [event('kill', 1, { signal: '10' }), 'a USR1 ends nothing'],
  [event('start'), 'what adds traffic waits for the inspect'],
  [event('health_status', 1, { health: 'healthy' }), 'so does this'],
  [networkEvent('connect'), 'so does this'],
  [event('die', -5), 'it died before it was started this time'],
  [event('pause', -5), 'it was paused before it was started this time'],
] as const) {
  test(`${happened.action} at ${happened.timeNano.slice(-13, -9)} does not take it away: ${why}`, () => {
    assert.equal(ready().told(happened).state, 'ready');
  });
}

test('a container with a stop signal of its own stops at that signal', () => {
  const story = new Story().seen({ stopSignal: 'SIGRTMIN+3' }).probed();
  assert.equal(story.told(event('kill', 1, { signal: '12' })).state, 'ready');
  assert.equal(story.told(event('kill', 2, { signal: '37' })).state, 'stopping');
});

test('a rename moves the route at once, though an inspect asked before still shows the old name', () => {
  const story = ready().told(event('rename', 1, { name: 'faaso-other', oldName: '/faaso-hello' }));
  assert.deepEqual(story.instance?.backend?.funkos, ['other']);
  assert.deepEqual(story.seen({}, 0).instance?.backend?.funkos, ['other']);
  assert.deepEqual(story.seen({ name: 'faaso-third' }).instance?.backend?.funkos, ['third']);
});

test('what an event took away is not given back by an inspect that was asked before it', () => {
  const story = ready().told(event('die'));
  assert.equal(story.seen({}, 0).state, 'stopped');
  assert.equal(story.seen({ startedAt: '2026-01-01T00:01:00Z' }).state, 'starting');
});

test('an event that comes a second time takes nothing away', () => {
  const story = ready().told(event('pause', 1)).seen().told(event('unpause', 2)).seen();
  assert.equal(story.state, 'ready');
  assert.equal(story.told(event('pause', 1)).state, 'ready');
});

test('a replayed event takes nothing away, since it may be old; a replayed signal does', () => {
  assert.equal(ready().told(event('pause'), true).state, 'ready');
  assert.equal(ready().told(event('kill', 1, { signal: '15' }), true).state, 'stopping');
});

test('what was ready before a pause is ready after it', () => {
  const story = ready().told(event('pause')).seen({ status: 'paused' });
  assert.equal(story.state, 'paused');
  assert.equal(story.told(event('unpause', 2)).seen().state, 'ready');
});

test('readiness outlives any number of inspects of the same life, and no other', () => {
  const story = ready().seen().seen();
  assert.equal(story.state, 'ready');
  assert.equal(story.seen({ networks: on('172.20.0.9') }).state, 'starting');
  assert.equal(story.seen({ startedAt: '2026-01-01T00:01:00Z' }).state, 'starting');
});

test('a probe of another life counts for nothing', () => {
  assert.equal(new Story().seen().probed('another').state, 'starting');
});

test('a container that was told to stop is stopping until it ends, however often it is inspected', () => {
  const story = ready()
    .told(event('kill', 1, { signal: '15' }))
    .seen();
  assert.equal(story.state, 'stopping');
  assert.equal(story.told(event('die', 2, { exitCode: '0' })).state, 'stopped');
  assert.equal(story.seen({ status: 'exited', networks: on(null) }).state, 'stopped');
  assert.equal(story.seen({ startedAt: '2026-01-01T00:01:00Z' }).state, 'starting');
});

test('a container that outlives its stop signal by far takes traffic again once it was probed', () => {
  const story = ready()
    .told(event('kill', 1, { signal: '15' }))
    .seen();
  assert.ok(story.instance);
  assert.equal(lookAgainMs(story.instance, story.now), 15_000);
  story.now += 14_999;
  assert.equal(story.seen().state, 'stopping');
  story.now += 1;
  assert.equal(story.seen().state, 'starting');
  assert.equal(story.probed().state, 'ready');
  assert.equal(
    story.told(event('kill', 1, { signal: '15' })).state,
    'ready',
    'the same signal told of again',
  );
  assert.equal(story.told(event('kill', 60, { signal: '15' })).state, 'stopping', 'another one');
});

test('the stop timeout of the container decides how long a signal is believed', () => {
  const story = new Story()
    .seen({ stopTimeout: 120 })
    .told(event('kill', 1, { signal: '15' }))
    .seen({ stopTimeout: 120 });
  assert.ok(story.instance);
  assert.equal(lookAgainMs(story.instance, story.now), 125_000);
  const early = new Story().told(event('kill', 1, { signal: '15' })).seen({ stopTimeout: 120 });
  assert.ok(early.instance);
  assert.equal(lookAgainMs(early.instance, early.now), 125_000, 'a signal before the first inspect');
});

test('a signal told of before the first inspect is not lost, unless it was for an earlier run', () => {
  const kill = (seconds: number, signal: string): EngineEvent => event('kill', seconds, { signal });
  assert.equal(new Story().told(kill(1, '15')).seen().state, 'stopping');
  assert.equal(new Story().told(kill(1, '3')).seen({ stopSignal: 'SIGQUIT' }).state, 'stopping');
  assert.equal(new Story().told(kill(1, '3')).seen().state, 'starting');
  assert.equal(new Story().told(kill(-1, '15')).seen().state, 'starting');
});

test('what FaaSO released takes no traffic for the rest of this run, and may after the next start', () => {
  const story = ready().released();
  assert.equal(story.state, 'stopping');
  assert.equal(story.seen().probed().state, 'stopping');
  assert.equal(story.seen({ startedAt: '2026-01-01T00:01:00Z' }).probed().state, 'ready');
});

test('a container that runs with no address is looked at again soon, then less and less often, then no more', () => {
  const story = new Story();
  const pauses: (number | undefined)[] = [];
  for (let count = 0; count < 11; count += 1) {
    story.seen({ networks: on(null) });
    assert.ok(story.instance);
    pauses.push(lookAgainMs(story.instance, story.now));
  }
  assert.deepEqual(pauses, [20, 40, 80, 160, 320, 640, 1280, 2560, 5120, undefined, undefined]);
  assert.equal(story.state, 'misplaced');
  assert.equal(story.seen().state, 'starting');
});

test('a restart never shows it as misplaced, in whichever order its news come', () => {
  const gone = { status: 'exited', networks: on(null) } as const;
  const orders = [
    [event('kill', 1, { signal: '15' }), event('die', 2), networkEvent('disconnect', 3), event('stop', 4)],
    [event('kill', 1, { signal: '15' }), networkEvent('disconnect', 2), event('die', 3), event('stop', 4)],
    [networkEvent('disconnect', 1), event('die', 2)],
  ];
  for (const order of orders) {
    for (const seenAfter of order) {
      const story = ready();
      const states: (string | undefined)[] = [];
      for (const happened of order) {
        states.push(story.told(happened).state);
        if (happened === seenAfter) states.push(story.seen(gone).state);
      }
      states.push(story.told(networkEvent('connect', 5)).state, story.seen({ networks: on(null) }).state);
      assert.deepEqual(states.at(-1), 'starting');
      states.push(story.seen().state);
      assert.deepEqual(
        states.filter((state) => state === 'misplaced' || state === undefined),
        [],
      );
    }
  }
});

test('a container that runs on without its network is misplaced as soon as that is seen', () => {
  const story = ready().told(networkEvent('disconnect'));
  assert.equal(story.seen({ networks: {} }).state, 'misplaced');
});

test('since when it is in its state does not change with what leaves the state', () => {
  const story = ready();
  const since = story.instance?.backend?.since;
  story.now += 5000;
  assert.equal(story.seen().instance?.backend?.since, since);
  assert.notEqual(story.told(event('pause')).instance?.backend?.since, since);
});

test('an event of another network, or of no container, concerns no route', () => {
  assert.equal(effectOf(networkEvent('disconnect', 1, 'other-net'), NETWORK), undefined);
  assert.equal(effectOf({ ...networkEvent('create'), containerId: '' }, NETWORK), undefined);
  assert.equal(effectOf(event('top'), NETWORK), undefined);
});
