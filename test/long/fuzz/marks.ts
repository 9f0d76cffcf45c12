/** Marks on answers that tell for whom they were made, also when the answer was spoilt. */
import { crc32 } from 'node:zlib';

const MARK = /<(127\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}) ([0-9a-f]+)>/g;

/** The mark of a client's address. */
export function markOf(address: string): string {
  return `<${address} ${crc32(address).toString(16)}>`;
}

/** Another client's address, if its mark is in what this one got. A mark that was spoilt is none. */
export function strangerIn(text: string, own: string): string | undefined {
  for (const [mark, address = ''] of text.matchAll(MARK)) {
    if (address !== own && mark === markOf(address)) return address;
  }
  return undefined;
}
