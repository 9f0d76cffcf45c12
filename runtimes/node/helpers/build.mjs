// The commands that build a project when its image is made.
import { startOf } from './scripts.mjs';
import { buildsOf } from './workspaces.mjs';

/** How each package manager runs a script. */
const RUN = { npm: 'npm run', pnpm: 'pnpm run', yarn: 'yarn run', berry: 'yarn run', bun: 'bun run' };

/**
 * The commands, in order: the option `build`; else the script `build` of package.json, and what its script `start` builds before it starts.
 * @param kind the package manager, as `managerOf` says
 */
export function buildCommandsOf({ options }, manifest, kind) {
  if (options.build === false) return [];
  if (options.build !== '') return [options.build];
  const scripted = scriptedBuild(manifest, kind);
  if (options.start.length > 0 || options.entry !== '') return scripted;
  const others = startOf(manifest).build.filter((step) => !/\sbuild$/.test(step) || scripted.length === 0);
  return [...scripted, ...others];
}

/** For one package of a monorepo: its own script and those of the packages that it needs, else the root's. */
function scriptedBuild({ scripts, target, packages = [] }, kind) {
  const ofPackages = target ? buildsOf(target, packages) : [];
  if (ofPackages.length > 0) return ofPackages;
  return scripts?.build?.trim() ? [`${RUN[kind]} build`] : [];
}

/** Whether anything is built, so that files may be missing in the folder. */
export function isBuilt(data, manifest) {
  return buildCommandsOf(data, manifest, 'npm').length > 0;
}
