// The build secrets that installing may read (`faaso build --secret`): mounted files, which no layer keeps. A secret that is not given is not there.

/** Settings of the user's own, by the secret's ID. */
const FILES = { npmrc: '/root/.npmrc', 'yarnrc.yml': '/root/.yarnrc.yml', netrc: '/root/.netrc' };
/** The variables that a user's own .npmrc names most often. */
const USUAL = ['NPM_TOKEN', 'NODE_AUTH_TOKEN'];
/** Settings of the project that can name variables: `${NAME}`, `${NAME?}`, `${NAME-default}`, `${NAME:-default}`. */
const SETTINGS = ['.npmrc', '.yarnrc', '.yarnrc.yml', 'bunfig.toml', 'pnpm-workspace.yaml'];
const VARIABLE = /\$\{([A-Za-z_]\w*)(?:[?:-][^}]*)?\}/g;
/** Bun's settings have `$NAME` too; elsewhere that is a part of a value. */
const BUN_VARIABLE = /"\$([A-Za-z_]\w*)"/g;
const SCRIPT = '.runtime/build-secrets.sh';

/** The options of a RUN that mount them, with the variables of the project if that is there. */
export function secretMounts(data) {
  const files = Object.entries(FILES).map(([id, target]) => `--mount=type=secret,id=${id},target=${target}`);
  const names = new Set([...USUAL, ...(data ? variablesOf(data) : [])]);
  const variables = [...names].map((name) => `--mount=type=secret,id=${name}`);
  return [...files, ...variables, `--mount=type=bind,source=${SCRIPT},target=/run/build-secrets.sh`];
}

/** The command that sets the variables. */
export const SET_VARIABLES = '. /run/build-secrets.sh';

function variablesOf({ text, options }) {
  const named = SETTINGS.flatMap((file) => namesIn(text(file) ?? '', VARIABLE));
  return [...named, ...namesIn(text('bunfig.toml') ?? '', BUN_VARIABLE), ...options.build_secrets];
}

function namesIn(text, pattern) {
  return [...text.matchAll(pattern)].map(([, name]) => name);
}
