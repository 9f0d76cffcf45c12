// The RUN lines that install. Each has its downloads in a cache that outlives the build.
import { SET_VARIABLES, secretMounts } from './secrets.mjs';

const NPM = '--no-audit --no-fund --no-update-notifier';
/** Yarn 2 or newer puts packages where Node.js finds them by itself, and its downloads into the cache. */
const BERRY = [
  'export YARN_NODE_LINKER=node-modules YARN_ENABLE_GLOBAL_CACHE=true YARN_GLOBAL_FOLDER=/root/.yarn',
  'YARN_ENABLE_TELEMETRY=0 YARN_ENABLE_PROGRESS_BARS=false',
].join(' ');
/** The script that hides keys of every package.json from a command. */
const WITHOUT = 'node .runtime/without.mjs';

/**
 * @param isWhole whether the whole folder is there: then its scripts run, with the devDependencies, which go away in the end
 * @param build a command that runs before they go; empty if there is none
 */
export function commandOf(data, { kind, lock, tool }, { isWhole, build }) {
  const { cache, lean, full, prune } = COMMANDS[kind](lock !== undefined, tool);
  return run(cache, secretMounts(data), isWhole ? [full, build, prune] : [lean]);
}

/** The RUN line that installs the package manager itself. */
export function toolCommandOf(tool) {
  return run('/root/.npm', secretMounts(), [`npm install --global ${NPM} ${tool}`]);
}

function run(cache, secrets, steps) {
  const mounts = [`--mount=type=cache,target=${cache}`, ...secrets];
  const commands = [SET_VARIABLES, ...steps].filter(Boolean);
  return `RUN ${mounts.join(' \\\n    ')} \\\n    ${commands.join(' \\\n && ')}`;
}

/**
 * For each kind: `lean` installs without devDependencies, from manifests alone; `full` with them, and runs the folder's own scripts;
 * `prune` takes the devDependencies away again, without the folder's own scripts, which may need them.
 */
const COMMANDS = {
  npm: (isLocked) => ({
    cache: '/root/.npm',
    lean: `npm ${isLocked ? 'ci' : 'install'} --omit=dev ${NPM}`,
    full: `npm ${isLocked ? 'ci' : 'install'} --include=dev ${NPM}`,
    prune: `npm prune --omit=dev --ignore-scripts ${NPM}`,
  }),
  pnpm: (isLocked) => {
    const install = `pnpm install${isLocked ? ' --frozen-lockfile' : ''} --store-dir /root/.pnpm-store`;
    return {
      cache: '/root/.pnpm-store',
      lean: `CI=1 ${install} --prod`,
      full: `CI=1 ${install} --prod=false`,
      prune: `CI=1 ${WITHOUT} scripts ${install} --prod`,
    };
  },
  yarn: (isLocked) => {
    const install = `yarn install${isLocked ? ' --frozen-lockfile' : ''} --non-interactive --cache-folder /root/.yarn-cache`;
    return {
      cache: '/root/.yarn-cache',
      lean: `${install} --production`,
      full: `${install} --production=false`,
      prune: `${install} --production --ignore-scripts`,
    };
  },
  // None of its versions can leave devDependencies out and be held to the lock file. So it is checked first.
  berry: (isLocked, tool) => {
    const skipBuild = /@2\.[^@]*$/.test(tool) ? '--skip-builds' : '--mode=skip-build';
    const check = isLocked ? [`yarn install --immutable ${skipBuild}`] : [];
    const without = (keys) => `YARN_ENABLE_IMMUTABLE_INSTALLS=false ${WITHOUT} ${keys} yarn install`;
    return {
      cache: '/root/.yarn',
      lean: [BERRY, ...check, without('devDependencies')].join(' \\\n && '),
      full: `${BERRY} \\\n && yarn install${isLocked ? ' --immutable' : ''}`,
      prune: without('devDependencies,scripts'),
    };
  },
  bun: (isLocked) => {
    const install = `bun install${isLocked ? ' --frozen-lockfile' : ''}`;
    const inCache = 'BUN_INSTALL_CACHE_DIR=/root/.bun-cache';
    return {
      cache: '/root/.bun-cache',
      lean: `${inCache} ${install} --production`,
      // In production it would leave them out.
      full: `${inCache} NODE_ENV=development ${install}`,
      prune: `find . -name node_modules -prune -exec rm -rf {} + && ${inCache} ${WITHOUT} scripts ${install} --production`,
    };
  },
};
