/** `faaso init`: writes the funko.yml of a folder that has code, and says why it is like that. */
import { join } from 'node:path';
import { writeManifest } from '../../builder/write-manifest.ts';
import { MANIFEST_FILE } from '../../funko/manifest/schema.ts';
import type { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import { planManifest, type ManifestPlan, type PlanOptions } from './plan-manifest.ts';
import type { CliSession } from '../session.ts';

/**
 * Writes the funko.yml of a folder.
 * @param word the folder as it was written
 * @throws FaasoError what `planManifest` and `writeManifest` throw
 */
export async function initFolder(
  word: string,
  options: PlanOptions,
  session: CliSession,
  output: Output,
): Promise<void> {
  const plan = await planManifest(word, options, session);
  for (const line of plan.reasons) output.note(line);
  await writePlan(word, plan, output);
  for (const line of linesOf(plan)) output.note(`    ${line}`);
}

/** Writes it, and says so. Throws as `writeManifest` does. */
export async function writePlan(word: string, plan: ManifestPlan, output: Output): Promise<void> {
  await writeManifest(plan.folder, plan.text);
  output.note(`  made  ${join(word, MANIFEST_FILE)}  (${plan.name}, ${plan.maker})`);
}

/** The lines of the file. */
export function linesOf({ text }: ManifestPlan): string[] {
  return text.trimEnd().split('\n').map(printable);
}
