/** The steps of an exchange that begin in a turn of the event loop of their own: nobody up the stack would catch what they throw. */
import type { Exchange } from './exchange.ts';

/** Begins it. */
export function proceed(exchange: Exchange): void {
  guarded(exchange, begin);
}

/** Goes on with it: it has got its turn. */
export function toInstance(exchange: Exchange): void {
  guarded(exchange, goOn);
}

function begin(exchange: Exchange): void {
  exchange.proceed();
}

function goOn(exchange: Exchange): void {
  exchange.toInstance();
}

function guarded(exchange: Exchange, step: (exchange: Exchange) => void): void {
  try {
    step(exchange);
  } catch (error) {
    exchange.crashed(error);
  }
}
