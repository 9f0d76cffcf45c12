// The RUN lines that install. Each has its downloads in a cache that outlives the build.
import { SET_VARIABLES, secretMounts } from './secrets.mjs';
import { isPlain } from './words.mjs';

const NPM = '--no-audit --no-fund --no-update-notifier';
/** Yarn 2 or newer puts packages where Node.js finds them by itself, and its downloads into the cache. */
const BERRY = [
  'export YARN_NODE_LINKER=node-modules YARN_ENABLE_GLOBAL_CACHE=true YARN_GLOBAL_FOLDER=/root/.yarn',
  'YARN_ENABLE_TELEMETRY=0 YARN_ENABLE_PROGRESS_BARS=false',
].join(' ');
/** The script that hides keys of every package.json from a command. */
const WITHOUT = 'node .runtime/without.mjs';
/** Commands find programs of packages by their names, as scripts do. */
const PROGRAMS = 'export PATH=/funko/node_modules/.bin:$PATH';
const SHIP = '.runtime/ship.sh';

/**
 * The RUN line that installs from manifests alone.
 * @param withDev whether devDependencies are installed, too
 * @param hidesScripts whether scripts of the folder itself are left out; those of packages run
 */
export function installRun(data, manager, { withDev, hidesScripts }) {
  const { cache, lean, full } = commandsOf(manager, hidesScripts);
  return run([cache], secretMounts(data), [withDev ? full : lean]);
}

/** The RUN line that takes the devDependencies away again. */
export function pruneRun(data, manager) {
  const { cache, setup, prune } = commandsOf(manager);
  return run([cache], secretMounts(data), [setup, prune]);
}

/**
 * The RUN line that builds in the whole folder, and puts into /shipped what the image gets of it.
 * @param caches folders that the build reads again, from the context's root
 * @param ships whether the image gets just some folders of the build, from where they are, as another runtime does
 */
export function buildRun(data, manager, { commands, caches, ships }) {
  const { cache, setup } = commandsOf(manager);
  const steps = ships || data.onlyBuilds ? commands : [`sh ${SHIP} begin`, ...commands, `sh ${SHIP} end`];
  return run([cache, ...caches.filter(isPlain).map((path) => `/funko/${path}`)], secretMounts(data), [setup, PROGRAMS, ...steps]);
}

/** The RUN line that installs with the folder's own scripts, builds, and takes the devDependencies away. */
export function wholeRun(data, manager, { commands, keepsDev }) {
  const { cache, full, prune } = commandsOf(manager);
  return run([cache], secretMounts(data), [full, ...(commands.length > 0 ? [PROGRAMS, ...commands] : []), keepsDev ? '' : prune]);
}

/** The RUN line that installs the package manager itself. */
export function toolRun(tool) {
  return run(['/root/.npm'], secretMounts(), [`npm install --global ${NPM} ${tool}`]);
}

function commandsOf({ kind, lock, tool }, hidesScripts = false) {
  return COMMANDS[kind]({ isLocked: lock !== undefined, hide: hidesScripts ? `${WITHOUT} scripts ` : '', tool });
}

function run(caches, secrets, steps) {
  const mounts = [...caches.map((path) => `--mount=type=cache,target=${path}`), ...secrets];
  const commands = [SET_VARIABLES, ...steps].filter(Boolean);
  return `RUN ${mounts.join(' \\\n    ')} \\\n    ${commands.join(' \\\n && ')}`;
}

/**
 * For each kind: `lean` installs without devDependencies, from manifests alone; `full` with them; `prune` takes them away again, without
 * the folder's own scripts, which may need them; `setup` comes before other commands of the tool.
 * @param isLocked whether there is a lock file
 * @param hide what comes before a command that must not run the folder's own scripts: a command or nothing
 */
const COMMANDS = {
  npm: ({ isLocked, hide }) => ({
    cache: '/root/.npm',
    lean: `${hide}npm ${isLocked ? 'ci' : 'install'} --omit=dev ${NPM}`,
    full: `${hide}npm ${isLocked ? 'ci' : 'install'} --include=dev ${NPM}`,
    prune: `npm prune --omit=dev --ignore-scripts ${NPM}`,
  }),
  pnpm: ({ isLocked, hide }) => {
    const install = `pnpm install${isLocked ? ' --frozen-lockfile' : ''} --store-dir /root/.pnpm-store`;
    return {
      cache: '/root/.pnpm-store',
      lean: `CI=1 ${hide}${install} --prod`,
      full: `CI=1 ${hide}${install} --prod=false`,
      // It would keep what is not used any more for a week.
      prune: `CI=1 ${WITHOUT} scripts ${install} --prod --config.modules-cache-max-age=0`,
    };
  },
  yarn: ({ isLocked, hide }) => {
    const install = `yarn install${isLocked ? ' --frozen-lockfile' : ''} --non-interactive --cache-folder /root/.yarn-cache`;
    return {
      cache: '/root/.yarn-cache',
      lean: `${hide}${install} --production`,
      full: `${hide}${install} --production=false`,
      prune: `${install} --production --ignore-scripts`,
    };
  },
  // None of its versions can leave devDependencies out and be held to the lock file. So it is checked first.
  berry: ({ isLocked, hide, tool }) => {
    const skipBuild = /@2\.[^@]*$/.test(tool) ? '--skip-builds' : '--mode=skip-build';
    const check = isLocked ? [`yarn install --immutable ${skipBuild}`] : [];
    const without = (keys) => `YARN_ENABLE_IMMUTABLE_INSTALLS=false ${WITHOUT} ${keys} yarn install`;
    return {
      cache: '/root/.yarn',
      lean: [BERRY, ...check, without(hide ? 'devDependencies,scripts' : 'devDependencies')].join(' \\\n && '),
      full: `${BERRY} \\\n && ${hide}yarn install${isLocked ? ' --immutable' : ''}`,
      setup: BERRY,
      prune: without('devDependencies,scripts'),
    };
  },
  bun: ({ isLocked, hide }) => {
    const install = `bun install${isLocked ? ' --frozen-lockfile' : ''}`;
    const inCache = 'BUN_INSTALL_CACHE_DIR=/root/.bun-cache';
    return {
      cache: '/root/.bun-cache',
      lean: `${inCache} ${hide}${install} --production`,
      // In production it would leave them out.
      full: `${inCache} NODE_ENV=development ${hide}${install}`,
      prune: `find . -name node_modules -prune -exec rm -rf {} + && ${inCache} ${WITHOUT} scripts ${install} --production`,
    };
  },
};
