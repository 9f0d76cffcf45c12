/** Signals as the engine names them in events and in a container's settings. Pure. */
import { constants } from 'node:os';

const REAL_TIME_FIRST = 34;
const REAL_TIME_LAST = 64;

/**
 * The number of a signal: `15`, `SIGTERM`, `term`, `SIGRTMIN+3`.
 * @returns undefined for what names no signal
 */
export function signalNumber(text: string): number | undefined {
  if (/^[0-9]{1,2}$/.test(text)) return Number(text);
  const name = text.toUpperCase().replace(/^SIG/, '');
  const realTime = /^RT(MIN|MAX)(?:[+-]([0-9]{1,2}))?$/.exec(name);
  if (realTime) {
    const steps = Number(realTime[2] ?? 0);
    return realTime[1] === 'MIN' ? REAL_TIME_FIRST + steps : REAL_TIME_LAST - steps;
  }
  return constants.signals[`SIG${name}` as NodeJS.Signals];
}

/**
 * Whether a container that was sent this signal is about to end: its own stop signal, TERM, or KILL. Others (HUP, USR1, …)
 * mean whatever the container makes of them. A signal that can't be read counts as the end: the container is looked at
 * again anyway.
 * @param sent as the `kill` event gives it
 * @param stopSignal as the container's settings give it
 */
export function endsContainer(sent: string, stopSignal: string): boolean {
  const number = signalNumber(sent);
  const { SIGTERM, SIGKILL } = constants.signals;
  return (
    number === undefined || number === SIGKILL || number === SIGTERM || number === signalNumber(stopSignal)
  );
}
