/** Which clients are trusted about X-Forwarded-*: the user's other proxies. */
import { BlockList, isIP } from 'node:net';
import { FaasoError } from '../../../errors.ts';

export class Trust {
  readonly #list: BlockList | undefined;

  /**
   * @param addresses IP addresses and subnets (`10.0.0.0/8`)
   * Throws `bad_setting` for anything else.
   */
  constructor(addresses: readonly string[]) {
    if (addresses.length === 0) return;
    this.#list = new BlockList();
    for (const address of addresses) add(this.#list, address);
  }

  /** Whether this client's X-Forwarded-* are passed on. */
  of(client: string): boolean {
    return this.#list?.check(client, client.includes(':') ? 'ipv6' : 'ipv4') ?? false;
  }
}

function add(list: BlockList, text: string): void {
  const [address = '', bits] = text.split('/');
  const version = isIP(address);
  const most = version === 6 ? 128 : 32;
  const length = bits === undefined ? most : /^[0-9]{1,3}$/.test(bits) ? Number(bits) : NaN;
  if (version === 0 || !(length <= most)) {
    throw new FaasoError('bad_setting', `"${text}" is not an IP address or a subnet such as 10.0.0.0/8.`);
  }
  list.addSubnet(address, length, version === 6 ? 'ipv6' : 'ipv4');
}

/** A client's address as people write it: IPv4 without the IPv6 clothes that a dual-stack listener gives it. */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
