import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guessRuntimes, likeliest, type Guess } from '../../../../src/builder/detect/detect.ts';
import type { DetectRule } from '../../../../src/builder/runtime/detect-rule.ts';
import { exposedPort } from '../../../../src/builder/dockerfile/exposed-port.ts';
import type { Runtime } from '../../../../src/builder/runtime/runtime.ts';
import { tempFolder } from '../../../support/builder/folders.ts';

function runtimeWith(detect: readonly DetectRule[], name = 'mine'): Runtime {
  const rest = { description: 'Mine', health: '', needs: [], options: {} };
  return { ...rest, name, reference: name, folder: `/runtimes/${name}`, detect };
}

async function guesses(files: Record<string, string>, runtimes: readonly Runtime[]): Promise<Guess[]> {
  await using folder = await tempFolder(files);
  return await guessRuntimes(folder.path, runtimes);
}

async function guessOf(files: Record<string, string>, ...rules: DetectRule[]): Promise<Guess | undefined> {
  return (await guesses(files, [runtimeWith(rules)]))[0];
}

const PACKAGE = JSON.stringify({
  name: 'shop',
  scripts: { build: 'vite build', start: 'node server.js' },
  dependencies: { '@sveltejs/adapter-node': '^5.2.0' },
  devDependencies: { vite: '7.0.0' },
});

/** Conditions, whether they hold for the files below, and what a person is told. */
const CONDITIONS: readonly (readonly [condition: Omit<DetectRule, 'priority'>, evidence: string | null])[] = [
  [{ file: 'go.mod' }, null],
  [{ file: ['go.mod', 'src/*.py'] }, 'src/a.py'],
  [{ file: '*.py' }, null],
  [{ file: '*-version' }, null],
  [{ file: '.python-version' }, '.python-version'],
  [{ dependency: 'vite' }, 'vite in package.json'],
  [{ dependency: ['next', '@sveltejs/adapter-*'] }, '@sveltejs/adapter-node in package.json'],
  [{ dependency: 'vit' }, null],
  [{ dependency: 'v.te' }, null],
  [{ script: 'start' }, 'script "start" in package.json'],
  [{ script: 'serve' }, null],
  [{ script: ['serve', 'build'] }, 'script "build" in package.json'],
  [{ script: { start: String.raw`^node\b` } }, 'script "start" in package.json'],
  [{ script: { start: '^next', build: '^next' } }, null],
  [
    { text: { 'requirements*.txt': String.raw`^flask\b.*` } },
    'Flask  ==3.1 in requirements.txt'.replace('  ', ' '),
  ],
  [{ text: { 'requirements*.txt': '^django' } }, null],
  [{ text: { 'setup.cfg': 'x', 'src/a.py': 'x' } }, 'x in src/a.py'],
  [{ file: '.python-version', text: { 'src/*.py': 'x' } }, '.python-version, x in src/a.py'],
  [{ file: 'go.mod', text: { 'src/*.py': 'x' } }, null],
  [
    { dependency: 'vite', all: [{ dependency: '@sveltejs/*' }] },
    'vite in package.json, @sveltejs/adapter-node in package.json',
  ],
  [{ dependency: 'vite', all: [{ dependency: 'next' }] }, null],
  [{ dependency: 'vite', unless: { dependency: 'next', file: 'go.mod' } }, 'vite in package.json'],
  [{ dependency: 'vite', unless: { dependency: 'next', file: 'package.json' } }, null],
  [{ dependency: 'vite', unless: [{ dependency: 'next' }, { script: 'start' }] }, null],
];

describe('rules of detection', () => {
  for (const [condition, evidence] of CONDITIONS) {
    it(`${JSON.stringify(condition)} ${evidence === null ? 'does not hold' : `holds by ${evidence}`}`, async () => {
      const files = {
        'package.json': PACKAGE,
        'requirements.txt': 'gunicorn\nFlask  ==3.1\n',
        'src/a.py': 'import x\n',
        '.python-version': '3.13\n',
      };
      const guess = await guessOf(files, { ...condition, priority: 50 });
      assert.equal(guess?.evidence.join(', ') ?? null, evidence);
    });
  }

  it('fill options, other keys of funko.yml and the reason; what becomes empty is left out', async () => {
    const guess = await guessOf(
      { 'package.json': PACKAGE, 'web/wsgi.py': '', Procfile: 'web: gunicorn site:app --workers 3\n' },
      {
        name: 'Site',
        file: '*/wsgi.py',
        text: { Procfile: String.raw`^web: gunicorn (\w+):app` },
        priority: 70,
        options: {
          entry: '<%= file %>',
          module: '<%= match[1] %>',
          static: "<%= has('static/*') ? 'static' : '' %>",
          fallback: "<%= has('package.json') ? find('*.json') : '' %>",
          workers: 3,
          words: ['<%= scripts.start %>', '<%= scripts.serve ?? "" %>'],
        },
        manifest: { env: { LEVEL: '<%= dependencies.vite %>' }, release: '', resources: { memory: '' } },
        reason: "<%= text('Procfile').trim() %>",
      },
    );
    assert.deepEqual(guess && [guess.options, guess.manifest, guess.reason, guess.name], [
      {
        entry: 'web/wsgi.py',
        module: 'site',
        fallback: 'package.json',
        workers: 3,
        words: ['node server.js'],
      },
      { env: { LEVEL: '7.0.0' } },
      'web: gunicorn site:app --workers 3',
      'Site',
    ]);
  });

  it('go by priority, then by their order; runtimes by their order', async () => {
    const file = 'package.json';
    const rules = [
      { name: 'a', file, priority: 50 },
      { name: 'b', file, priority: 60 },
      { name: 'c', file, priority: 60 },
    ];
    const files = { [file]: '{}' };
    const near = [{ file, priority: 50 }];
    const far = [{ file, priority: 49 }];
    const found = await guesses(files, [
      runtimeWith(far, 'far'),
      runtimeWith(rules, 'one'),
      runtimeWith(rules, 'two'),
      runtimeWith(near, 'near'),
    ]);
    assert.deepEqual(
      found.map(({ runtime, name = '-' }) => [runtime?.name, name]),
      [
        ['one', 'b'],
        ['two', 'b'],
        ['near', '-'],
        ['far', '-'],
      ],
    );
    assert.deepEqual(
      likeliest(found).map(({ runtime }) => runtime?.name),
      ['one', 'two', 'near'],
    );
    const [own] = await guesses({ ...files, Dockerfile: 'FROM x\n' }, [runtimeWith(rules)]);
    assert.equal(own?.runtime, null);
  });

  it('name the rule that is wrong', async () => {
    const wrong = guessOf({ a: '' }, { file: 'b', priority: 50 }, { text: { a: '(' }, priority: 40 });
    await assert.rejects(wrong, {
      code: 'bad_runtime',
      message: /runtime\.yml: detect\[1\]: .*regular expression/,
    });
    await assert.rejects(guessOf({ a: '' }, { priority: 1 }), { message: /a rule needs "file"/ });
  });

  it('pass over a package.json that is none, and files too large to be read', async () => {
    const files = { 'package.json': '[not json', 'large.txt': 'x'.repeat(1_100_000) };
    assert.equal(await guessOf(files, { dependency: '*', priority: 50 }), undefined);
    assert.equal(await guessOf(files, { text: { 'large.txt': 'x' }, priority: 50 }), undefined);
  });
});

describe('the port of a Dockerfile', () => {
  const PORTS: readonly (readonly [dockerfile: string, port: number | undefined])[] = [
    ['EXPOSE 8080', 8080],
    ['expose 8080/tcp\nEXPOSE 8080', 8080],
    ['EXPOSE 80 443', undefined],
    ['EXPOSE 53/udp', undefined],
    ['ENV PORT=8000 HOST=0.0.0.0\nEXPOSE $PORT', 8000],
    ['ENV PORT 8000\nEXPOSE ${PORT}/tcp', 8000],
    ['ARG PORT="5000"\nENV A=1 \\\n  B=$PORT\nEXPOSE ${B}', 5000],
    ['EXPOSE ${PORT:-9000}', 9000],
    ['EXPOSE $PORT', undefined],
    ['# EXPOSE 1\nEXPOSE 99999', undefined],
  ];
  for (const [dockerfile, port] of PORTS)
    it(`${JSON.stringify(dockerfile)}: ${port}`, () => assert.equal(exposedPort(dockerfile), port));
});
