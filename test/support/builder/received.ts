/** Build contexts that are received, for the builder's tests. */
import type { Header } from 'tar-stream';
import { receiveContext, type ReceiveLimits } from '../../../src/builder/tar/receive.ts';
import { entriesOf, streamOf, tarWith } from './folders.ts';

/** What tarWith takes. */
export type Entries = [Partial<Header> & { name: string }, string?][];

/** Limits that no small context meets. */
export const LIMITS: ReceiveLimits = { maxBytes: 1024 * 1024, maxEntries: 100 };
/** The entry that every context begins with. */
export const FUNKO: Entries = [[{ name: 'funko.yml' }, 'name: a\n']];

/** Receives the entries and reads them to their end. */
export async function receive(entries: Entries, limits: Partial<ReceiveLimits> = {}) {
  const { manifestText, tar } = await receiveContext(streamOf(await tarWith(entries)), {
    ...LIMITS,
    ...limits,
  });
  return { manifestText, entries: await entriesOf(tar) };
}
