/** A word that was never built before, where a contract says `{nonce}`. Pure. */
import type { ContractExchange } from './contract.ts';

export const NONCE = '{nonce}';

/** The exchange with that word in place. */
export function withNonce(exchange: ContractExchange, nonce: string): ContractExchange {
  return JSON.parse(JSON.stringify(exchange).replaceAll(NONCE, nonce)) as ContractExchange;
}
