/**
 * Type-aware rules, and the two promises of the architecture: imports run downwards only, and each library that talks
 * to the outside has one home (docs/architecture.md).
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const root = fileURLToPath(new URL('.', import.meta.url));

/** The parts of src/ from the bottom up. Each may import those before it, and none behind it. */
const parts = [
  'util',
  'funko',
  'docker',
  'builder',
  'health',
  'api',
  'client',
  'lifecycle',
  'dev',
  'runtime-check',
  'proxy',
  'cli',
];

/** Parts that may not import parts below them, either. */
const apart = {
  health: ['docker', 'builder'],
  client: ['docker', 'builder', 'health'],
  lifecycle: ['client'],
  proxy: ['client', 'dev', 'runtime-check'],
  cli: ['proxy'],
};

/** What runs in a worker does without the engine's rights: it knows neither the engine nor what the parent knows of it. */
const PARENT_ONLY = ['docker', 'builder', 'api', 'lifecycle', 'parent', 'tracking', 'admin'];

/** Folders inside a part: what they may not import beyond what their part may not. */
const rooms = {
  'proxy/worker': PARENT_ONLY,
  'proxy/forward': [...PARENT_ONLY, 'worker'],
  'proxy/balancing': [...PARENT_ONLY, 'worker', 'forward'],
  'proxy/ipc': [...PARENT_ONLY, 'worker', 'forward'],
  'proxy/tracking': ['parent', 'worker', 'forward', 'admin'],
  'proxy/admin': ['docker', 'parent', 'worker'],
  'lifecycle/state': ['operations', 'rollout', 'recovery', 'builds', 'local', 'logs', 'causes'],
  'lifecycle/causes': ['operations', 'rollout', 'recovery', 'builds', 'local'],
  'lifecycle/rollout': ['operations', 'recovery', 'builds', 'local'],
  'lifecycle/operations': ['recovery', 'local'],
  'funko/naming': ['manifest'],
};

/** For each library that talks to the outside, where it may be imported. */
const homes = {
  dockerode: 'src/docker',
  undici: 'src/proxy',
  ejs: 'src/builder',
  pino: 'src/logger.ts',
};

/** The files that may read the environment. */
const readsEnvironment = ['src/proxy/parent/config.ts', 'src/cli/main.ts'];

/** The files of the CLI that may write to stdout and stderr themselves: they escape what others wrote, or write what is FaaSO's own. */
const writesToTerminal = [
  'src/cli/main.ts',
  'src/cli/program.ts',
  'src/cli/run.ts',
  'src/cli/commands/completion.ts',
  'src/cli/commands/exec.ts',
  'src/cli/output/output.ts',
  'src/cli/output/live-lines.ts',
  'src/cli/terminal/*.ts',
];

/** What files of a folder may not import: folders by their names, and the libraries that are not theirs. */
function importsOf(files, folders, libraries) {
  const patterns = folders.map((other) => ({
    regex: `^\\.{1,2}/(\\.\\./)*${other}/`,
    message: `No import of ${other}/ from here: see docs/architecture.md.`,
  }));
  const paths = Object.keys(homes)
    .filter((name) => !libraries.includes(name))
    .map((name) => ({ name, message: `Its home is ${homes[name]}.` }));
  return { files, rules: { 'no-restricted-imports': ['error', { patterns, paths }] } };
}

function foreignTo(part) {
  return [...parts.slice(parts.indexOf(part) + 1), ...(apart[part] ?? [])];
}

/** The libraries whose home a part is. */
function librariesOf(part) {
  return Object.keys(homes).filter((name) => homes[name] === `src/${part}`);
}

/** Later entries replace earlier ones: each says all that holds for its files. */
const imports = [
  importsOf(['src/*.ts'], parts, []),
  importsOf(['src/logger.ts'], parts.slice(1), ['pino']),
  ...parts.map((part) => importsOf([`src/${part}/**/*.ts`], foreignTo(part), librariesOf(part))),
  ...Object.entries(rooms).map(([folder, others]) => {
    const [part] = folder.split('/');
    return importsOf([`src/${folder}/**/*.ts`], [...foreignTo(part), ...others], librariesOf(part));
  }),
];

export default defineConfig(
  { ignores: ['dist/', 'node_modules/', '**/fixtures/', 'examples/', 'runtimes/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // `void | Promise<void>` is what a callback that may wait returns.
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      'no-console': 'error',
      eqeqeq: 'error',
      'max-lines': ['error', { max: 250, skipBlankLines: false }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: `Only ${readsEnvironment.join(' and ')} read it.` },
      ],
    },
  },
  {
    files: ['src/cli/**/*.ts'],
    ignores: writesToTerminal,
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "CallExpression[callee.property.name='write'][callee.object.name=/^#?(stdout|stderr|stream)$/], " +
            "CallExpression[callee.property.name='write'][callee.object.property.name=/^(stdout|stderr)$/]",
          message: 'Text reaches a terminal through output/output.ts, which escapes what would steer it.',
        },
      ],
    },
  },
  ...imports,
  { files: readsEnvironment, rules: { 'no-restricted-properties': 'off' } },
  {
    // node:test returns promises that the runner itself awaits.
    files: ['test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'describe', 'it', 'suite'] },
          ],
        },
      ],
    },
  },
);
