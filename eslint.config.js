/**
 * Type-aware rules, and the two promises of the architecture: imports run downwards only, and each library that talks
 * to the outside has one home (docs/architecture.md).
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'eslint/config';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const root = fileURLToPath(new URL('.', import.meta.url));

/** For each part of src/, the parts that it may not import. */
const forbidden = {
  'errors.ts': ['funko', 'docker', 'builder', 'lifecycle', 'proxy', 'cli'],
  funko: ['docker', 'builder', 'lifecycle', 'proxy', 'cli'],
  docker: ['builder', 'lifecycle', 'proxy', 'cli'],
  builder: ['lifecycle', 'proxy', 'cli'],
  lifecycle: ['proxy', 'cli'],
  proxy: ['cli'],
  cli: ['proxy'],
};

/** For each library, the files that may import it. */
const homes = {
  dockerode: ['src/docker/**'],
  undici: ['src/proxy/**', 'src/cli/**', 'src/lifecycle/server-funkos.ts'],
  ejs: ['src/builder/**'],
  pino: ['src/logger.ts'],
};

/** The files that may read the environment. */
const readsEnvironment = ['src/proxy/config.ts', 'src/cli/main.ts'];

const zones = Object.entries(forbidden).map(([part, others]) => ({
  target: `./src/${part}`,
  from: others.map((other) => `./src/${other}`),
  message: `src/${part} may not import it: imports run downwards only.`,
}));

/** The rule for a file that is at home with these libraries. */
function onlyTheseLibraries(allowed) {
  const paths = Object.keys(homes)
    .filter((name) => !allowed.includes(name))
    .map((name) => ({ name, message: `Its home is ${homes[name].join(', ')}.` }));
  return { 'no-restricted-imports': ['error', { paths }] };
}

/** Later entries replace earlier ones, so each home says all that it may import. */
const libraries = [
  { files: ['src/**/*.ts'], rules: onlyTheseLibraries([]) },
  { files: homes.dockerode, rules: onlyTheseLibraries(['dockerode']) },
  { files: homes.undici, rules: onlyTheseLibraries(['undici']) },
  { files: homes.ejs, rules: onlyTheseLibraries(['ejs']) },
  { files: homes.pino, rules: onlyTheseLibraries(['pino']) },
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
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { node: { extensions: ['.ts'] } } },
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: root, zones }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: `Only ${readsEnvironment.join(' and ')} read it.` },
      ],
    },
  },
  ...libraries,
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
