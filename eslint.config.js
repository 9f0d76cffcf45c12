/**
 * Type-aware rules, and the two promises of the architecture: imports run downwards only, and each library that talks
 * to the outside has one home (docs/architecture.md).
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const root = fileURLToPath(new URL('.', import.meta.url));

/** For each part of src/, the parts that it may not import. */
const forbidden = {
  root: ['funko', 'docker', 'builder', 'lifecycle', 'proxy', 'cli'],
  funko: ['docker', 'builder', 'lifecycle', 'proxy', 'cli'],
  docker: ['builder', 'lifecycle', 'proxy', 'cli'],
  builder: ['lifecycle', 'proxy', 'cli'],
  lifecycle: ['proxy', 'cli'],
  proxy: ['cli'],
  cli: ['proxy'],
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

/** What files of a part may not import: the parts above it and the libraries that are not theirs. */
function importsOf(files, part, libraries) {
  const parts = forbidden[part].map((other) => ({
    regex: `^\\.{1,2}/(\\.\\./)*${other}/`,
    message: `Imports run downwards only: not from here to src/${other}.`,
  }));
  const paths = Object.keys(homes)
    .filter((name) => !libraries.includes(name))
    .map((name) => ({ name, message: `Its home is ${homes[name]}.` }));
  return { files, rules: { 'no-restricted-imports': ['error', { patterns: parts, paths }] } };
}

/** Later entries replace earlier ones: each says all that holds for its files. */
const imports = [
  importsOf(['src/*.ts'], 'root', []),
  importsOf(['src/logger.ts'], 'root', ['pino']),
  importsOf(['src/funko/**/*.ts'], 'funko', []),
  importsOf(['src/docker/**/*.ts'], 'docker', ['dockerode']),
  importsOf(['src/builder/**/*.ts'], 'builder', ['ejs']),
  importsOf(['src/lifecycle/**/*.ts'], 'lifecycle', []),
  importsOf(['src/proxy/**/*.ts'], 'proxy', ['undici']),
  importsOf(['src/cli/**/*.ts'], 'cli', []),
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
