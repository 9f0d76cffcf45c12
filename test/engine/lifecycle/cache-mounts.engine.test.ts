import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { withOwnCaches } from '../../../src/builder/dockerfile/cache-mounts.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { contextOf, LifecycleHarness } from '../../support/lifecycle/lifecycle-harness.ts';

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open();
});
after(async () => place[Symbol.asyncDispose]());

/** How the Dockerfile gets to the engine: as a file of the context, or apart from it, as a runtime's does. */
type Way = 'inside' | 'apart';

/** What a step sees in a cache mount, before it writes a word there. */
async function seen(name: string, settings: string, word: string, way: Way): Promise<string> {
  const read = `echo "seen [$(cat /c/word)]"; echo ${word} >/c/word; : ${crypto.randomUUID()}`;
  const line = `RUN --mount=type=cache,target=/c${settings} ${read}`;
  const request = await contextOf(name, { answer: word, lines: [line] });
  const text = `FROM node:24-slim\nLABEL faaso.test=${RUN}\n${line}\n`;
  const dockerfile = way === 'apart' ? withOwnCaches(text, name, { sharesApt: true }) : undefined;
  const told: string[] = [];
  await place.funkos.build({ ...request, ...(dockerfile === undefined ? {} : { dockerfile }) }, (event) => {
    if (event.type === 'log') told.push(event.text);
  });
  return /seen \[(.*)\]/.exec(told.join('\n'))?.[1] ?? 'nothing was told';
}

for (const way of ['inside', 'apart'] as const)
  test(`only a funko's own builds read what one has written to a cache mount (its Dockerfile ${way})`, async () => {
    const [victim, other] = [place.name(`victim-${way}`), place.name(`other-${way}`)];
    assert.equal(await seen(victim, '', 'mine', way), '');
    assert.equal(await seen(victim, '', 'mine', way), 'mine');
    for (const id of ['', '/c', 'c', `faaso-${victim}/c`, `../faaso-${victim}/c`, `../faaso-${victim}//c`])
      assert.notEqual(await seen(other, id === '' ? '' : `,id=${id}`, 'other', way), 'mine', id);
  });
