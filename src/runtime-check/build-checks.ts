/** The checks that build again: what must come from the cache, and what a broken build must say. */
import { FaasoError } from '../errors.ts';
import { checkExchange } from './contract-checks.ts';
import type { Contract } from './contract.ts';
import { change } from './folder.ts';
import { NONCE, withNonce } from './nonce.ts';
import type { BuiltFunko, BuildStep, Fixture } from './fixture.ts';

/** The same folder again: each step from the cache, and so the same image. */
export async function checkSame(bench: Fixture, first: BuiltFunko): Promise<void> {
  const second = await bench.build(bench.folder);
  const anew = second.steps.filter((step) => isInstruction(step) && step.state !== 'cached');
  if (anew.length > 0) throw wrong(`these steps ran again: ${anew.map(({ name }) => name).join('; ')}`);
  if (second.imageId !== first.imageId)
    throw wrong(`the image was ${first.imageId}, now it is ${second.imageId}`);
}

/** A line of code that was never seen before: it is live, and the dependencies came from the cache. */
export async function checkEdit(bench: Fixture, edit: Contract['edit'], nonce: string): Promise<BuiltFunko> {
  const undo = await change(bench.folder, { ...edit, replace: edit.replace.replaceAll(NONCE, nonce) });
  const built = await bench.build(bench.folder);
  await undo();
  checkCached(built.steps, edit.cached);
  const running = await bench.start(built);
  await checkExchange(running.port, withNonce(edit.then, nonce));
  await bench.remove(running);
  return built;
}

function checkCached(steps: readonly BuildStep[], cached: string | undefined): void {
  const known = steps.filter(({ name }) =>
    cached === undefined ? name.includes(' RUN ') : name.includes(cached),
  );
  if (known.some(({ state }) => state === 'cached')) return;
  if (known.length === 0 && cached === undefined) return;
  const which = cached === undefined ? 'no RUN step' : `no step with "${cached}"`;
  const names = steps.filter(isInstruction).map(({ name, state }) => `${state}: ${name}`);
  const message = `${which} came from the cache; copy what decides about dependencies first, the rest after them`;
  throw new FaasoError('not_ready', message, { details: names });
}

/** Broken code: the build or the start fails, and says why. */
export async function checkBroken(bench: Fixture, broken: NonNullable<Contract['broken']>): Promise<void> {
  const undo = await change(bench.folder, broken);
  const said = await bench
    .build(bench.folder)
    .then(async (built) => bench.start(built))
    .then(() => undefined, linesOf);
  await undo();
  if (said === undefined) throw wrong('it was built and got ready all the same');
  if (said.some((line) => line.includes(broken.says))) return;
  throw new FaasoError('not_ready', `it failed without saying "${broken.says}"; it said:`, { details: said });
}

function linesOf(error: unknown): string[] {
  if (error instanceof FaasoError) return [error.message, ...error.details];
  throw error;
}

/** A step that stands in the Dockerfile, not one of BuildKit's own. */
function isInstruction({ name }: BuildStep): boolean {
  return /^\[[^\]]*\d+\/\d+\] (?!FROM )/.test(name);
}

function wrong(message: string): FaasoError {
  return new FaasoError('not_ready', message);
}
