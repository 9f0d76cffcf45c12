/** The steps of an exchange that begin in a turn of the event loop of their own: nobody up the stack would catch what they throw. */

/** What has such steps. */
interface Stepping {
  proceed(): void;
  toInstance(): void;
  /** A step threw. */
  crashed(error: unknown): void;
}

/** Begins it. */
export function proceed(exchange: Stepping): void {
  guarded(exchange, begin);
}

/** Goes on with it: it has got its turn. */
export function toInstance(exchange: Stepping): void {
  guarded(exchange, goOn);
}

function begin(exchange: Stepping): void {
  exchange.proceed();
}

function goOn(exchange: Stepping): void {
  exchange.toInstance();
}

function guarded(exchange: Stepping, step: (exchange: Stepping) => void): void {
  try {
    step(exchange);
  } catch (error) {
    exchange.crashed(error);
  }
}
