/** All known causes of a start that fails. */
import { helpFor, type CauseFacts } from './cause.ts';
import { MISSING_PACKAGES } from './missing-packages.ts';
import { NOT_BUILT } from './not-built.ts';
import { SERVICES } from './services.ts';
import { SETTINGS } from './settings.ts';
import { SYSTEM } from './system.ts';
import { WRONG_LANGUAGE } from './wrong-language.ts';

const CAUSES = [...NOT_BUILT, ...MISSING_PACKAGES, ...WRONG_LANGUAGE, ...SERVICES, ...SETTINGS, ...SYSTEM];

/**
 * What helps a program that did not start, in a sentence or two.
 * @param log its lines, the oldest first
 * @param end how it ended, or the engine's words, which count where the log says nothing
 * @returns empty if nothing is known
 */
export function helpOf(log: readonly string[], end: string, facts: CauseFacts): string {
  return helpFor(log, CAUSES, facts) ?? helpFor(end.split('\n'), CAUSES, facts) ?? '';
}
