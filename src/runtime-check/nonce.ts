/** A word that was never built before, where a contract says `{nonce}`. Pure. */
import type { Exchange } from './contract.ts';

export const NONCE = '{nonce}';

/** The exchange with that word in place. */
export function withNonce(exchange: Exchange, nonce: string): Exchange {
  return JSON.parse(JSON.stringify(exchange).replaceAll(NONCE, nonce)) as Exchange;
}
