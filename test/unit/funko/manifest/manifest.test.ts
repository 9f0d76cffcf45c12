import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaasoError } from '../../../../src/errors.ts';
import { checkManifest, parseManifest } from '../../../../src/funko/manifest/manifest.ts';
import { workersOf } from '../../../../src/funko/processes.ts';
import { MANIFEST_SCHEMA } from '../../../../src/funko/manifest/schema.ts';

const parse = (text: string) => parseManifest(text, 'funko.yml');

function refused(text: string, ...expected: (string | RegExp)[]): void {
  assert.throws(
    () => parse(text),
    (error: unknown) => {
      assert.ok(error instanceof FaasoError, String(error));
      assert.equal(error.code, 'bad_manifest');
      const lines = error.message.split('\n');
      assert.equal(lines.length, expected.length, error.message);
      for (const [index, line] of expected.entries()) {
        const given = lines[index] ?? '';
        if (typeof line === 'string') assert.ok(given.startsWith(line), given);
        else assert.match(given, line);
      }
      return true;
    },
  );
}

describe('a good funko.yml', () => {
  it('needs no more than a name; the rest has defaults', () => {
    assert.deepEqual(parse('name: hello\n'), { name: 'hello', runtime: null, options: {}, env: {} });
  });

  it('gives all its keys', () => {
    const text =
      'name: hello\nruntime: node\noptions: { entry: main.js, n: 3, on: true, list: [a, b] }\nenv: { A: b }\n';
    assert.deepEqual(parse(text), {
      name: 'hello',
      runtime: 'node',
      options: { entry: 'main.js', n: 3, on: true, list: ['a', 'b'] },
      env: { A: 'b' },
    });
  });

  it('passes numbers and booleans of env on as they are written', () => {
    const { env } = parse(
      'name: a\nenv:\n  A: 010\n  B: 1e3\n  C: true\n  D: 0x1F\n  E: 12345678901234567890\n  F: "1"\n',
    );
    assert.deepEqual(env, { A: '010', B: '1e3', C: 'true', D: '0x1F', E: '12345678901234567890', F: '1' });
  });

  it('may have a release command, as a text or as a list', () => {
    assert.equal(parse('name: a\nrelease: npm run migrate\n').release, 'npm run migrate');
    const { release, timeouts } = parse('name: a\nrelease: [./migrate, --all]\ntimeouts: { release: 60 }\n');
    assert.deepEqual([release, timeouts], [['./migrate', '--all'], { release: 60 }]);
    refused('name: a\nrelease: " "\n', 'funko.yml:2:10: release is " "; it must be a command');
    refused('name: a\nrelease: []\n', /release .*must /);
    refused(
      'name: a\ntimeouts: { release: 5 }\n',
      'funko.yml:2:13: timeouts.release needs a release command',
    );
  });

  it('may have workers: one, or several by name', () => {
    assert.equal(parse('name: a\nworker: node worker.js\n').worker, 'node worker.js');
    const text =
      'name: a\nworker:\n  mailer: node mailer.js\n  b: { command: [./b, -x], scale: 2 }\n  c: [./c]\n';
    assert.deepEqual(workersOf(parse(text)), [
      { name: 'b', command: ['./b', '-x'], scale: 2 },
      { name: 'c', command: ['./c'], scale: undefined },
      { name: 'mailer', command: 'node mailer.js', scale: undefined },
    ]);
    assert.deepEqual(workersOf(parse('name: a\nworker: [./w]\n')), [
      { name: 'worker', command: ['./w'], scale: undefined },
    ]);
    refused('name: a\nworker: { Mailer: x }\n', /the key "Mailer" in worker must be/);
    refused('name: a\nworker: { b: { scale: 2 } }\n', /command/);
    refused(
      'name: a\nworker: { b: { command: x, scale: 0 } }\n',
      /worker\.b\.scale is the number 0; it must be a whole/,
    );
  });

  it('may name a runtime by path', () => {
    for (const path of ['./mine', '../shared/mine', '/opt/mine']) {
      assert.equal(parse(`name: a\nruntime: ${path}\n`).runtime, path);
    }
  });

  it('may leave every key but the name empty, as when all below it is commented out', () => {
    const text = 'name: a\nruntime:\noptions:\nenv:\n  # A: b\n';
    assert.deepEqual(parse(text), { name: 'a', runtime: null, options: {}, env: {} });
  });

  it('may begin with a byte order mark and have CRLF line ends', () => {
    assert.equal(parse('\uFEFFname: a\r\nruntime: node\r\n').runtime, 'node');
  });

  it('may use an alias', () => {
    assert.deepEqual(parse('name: a\noptions: &x { A: 010 }\nenv: *x\n').env, { A: '010' });
  });

  it('keeps a variable called __proto__ a plain variable', () => {
    const { env } = parse('name: a\nenv: { __proto__: x }\n');
    assert.deepEqual(Object.entries(env), [['__proto__', 'x']]);
  });
});

describe('an error in funko.yml names file, line and column', () => {
  it('for an unknown key, with what was meant', () => {
    refused(
      'name: a\nruntme: node\n',
      `funko.yml:2:1: unknown key "runtme"; allowed: ${Object.keys(MANIFEST_SCHEMA.properties ?? {}).join(', ')}. Did you mean "runtime"?`,
    );
    refused('name: a\nRuntime: node\n', /Did you mean "runtime"\?$/);
  });

  it('without a suggestion where nothing is near', () => {
    refused('name: a\nfrequency: 3\n', /^funko\.yml:2:1: unknown key "frequency"; allowed: [^.]*\.$/);
  });

  it('for everything that is wrong, not only the first', () => {
    refused(
      'name: Hello World\nenv:\n  1A: x\n  B:\n  C: [1]\n',
      'funko.yml:1:7: name is "Hello World"; it must be 1 to 40 characters',
      'funko.yml:3:3: the key "1A" in env must be letters, digits',
      'funko.yml:4:3: env.B is empty; it must be a text',
      'funko.yml:5:6: env.C is a list; it must be a text',
    );
  });

  it('for a missing name', () => {
    refused('runtime: node\n', 'funko.yml:1:1: the key "name" is missing: it must be 1 to 40 characters');
  });

  it('for names that are none', () => {
    for (const name of ['proxy', 'a_b', '-a', 'a-', 'a'.repeat(41), '"a b"', 'Ä', '""']) {
      refused(`name: ${name}\n`, /^funko\.yml:1:7: name is .*; it must be 1 to 40 characters/);
    }
    refused('name: 12\n', /name is the number 12/);
  });

  it('for runtimes that are neither a name nor a path', () => {
    for (const runtime of ['My Runtime', 'a/b', '3', '[]', '.../x']) {
      refused(
        `name: a\nruntime: ${runtime}\n`,
        /^funko\.yml:2:10: runtime is .*; it must be the name of a runtime/,
      );
    }
  });

  it('for options of a kind that no runtime can have', () => {
    refused(
      'name: a\noptions: { a: [1], b: , c: .inf, d: { e: f } }\n',
      'funko.yml:2:16: options.a.0 is the number 1; it must be a text',
      'funko.yml:2:20: options.b is empty',
      'funko.yml:2:28: options.c is the number Infinity',
      'funko.yml:2:37: options.d is a mapping',
    );
  });

  it('for a variable with a NUL', () => {
    refused(
      'name: a\nenv: { A: "x\\0y" }\n',
      'funko.yml:2:11: env.A is "x\\u0000y"; it must be a text without NUL',
    );
  });

  it('for a key that is written twice', () => {
    refused('name: a\nenv: {}\nname: b\n', 'funko.yml:3:1: the key "name" is written twice');
    refused('name: a\nenv:\n  "A": 1\n  A: 2\n', 'funko.yml:4:3: the key "A" is written twice');
  });

  it('for a tab', () => {
    refused('name: a\nenv:\n\tA: 1\n', 'funko.yml:3:1: a tab is used to indent');
  });

  it('for a second document', () => {
    refused('name: a\n---\nname: b\n', /^funko\.yml:2:1: a second document begins here/);
  });

  it('for text that is not YAML', () => {
    refused('name: "a\n', 'funko.yml:1:7: a text begins with " and has no " at its end');
    refused('name: !!python/object x\n', /^funko\.yml:1:7: not valid YAML: Unresolved tag/);
  });

  it('for a key that is not a word', () => {
    refused('? [a]\n: x\nname: y\n', 'funko.yml:1:3: a key must be a plain word');
    refused('1: x\nname: y\n', /^funko\.yml:1:1: unknown key "1"/);
  });

  it('for an empty file and for what is no mapping', () => {
    refused('', 'funko.yml:1:1: the file is empty; it needs at least "name: …"');
    refused('# only a comment\n', 'funko.yml:1:1: the file is empty');
    refused('- a\n', 'funko.yml:1:1: this is a list; it must be a mapping with at least "name: …"');
    refused('hello\n', 'funko.yml:1:1: this is "hello"; it must be a mapping');
  });

  it('for aliases that blow up, without blowing up', () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const content = level === 0 ? 'x' : `*l${level - 1}`;
      return `l${level}: &l${level} [${Array(9).fill(content).join(', ')}]`;
    });
    refused(`name: a\n${levels.join('\n')}\n`, /^funko\.yml: its aliases \("\*name"\) can't be expanded/);
    refused('name: *nothing\n', /^funko\.yml: its aliases/);
  });

  it('for a file that is too large', () => {
    refused(`name: a\n#${'x'.repeat(64 * 1024)}\n`, 'funko.yml: larger than 65536 bytes');
  });

  it('with no more than the beginning of a long value', () => {
    refused(`name: ${'a'.repeat(1000)}\n`, /name is "a{59}…;/);
  });
});

describe('a manifest as JSON', () => {
  it('is checked by the same rules', () => {
    assert.deepEqual(checkManifest({ name: 'a', env: { N: 1 } }), {
      name: 'a',
      runtime: null,
      options: {},
      env: { N: '1' },
    });
    assert.throws(() => checkManifest({ name: 'A', nope: 1 }), {
      code: 'bad_manifest',
      message: /unknown key "nope".*\nmanifest: name is "A"/,
    });
    for (const value of [null, undefined, [], 'x', 1]) {
      assert.throws(() => checkManifest(value), { code: 'bad_manifest' });
    }
  });

  it('comes back as it was: a manifest that was read passes unchanged', () => {
    const manifest = parse('name: a\nruntime: node\noptions: { entry: x.js }\nenv: { A: 010 }\n');
    assert.deepEqual(checkManifest(JSON.parse(JSON.stringify(manifest))), manifest);
  });

  it('is not changed by the check', () => {
    const value = { name: 'a' };
    checkManifest(value);
    assert.deepEqual(value, { name: 'a' });
  });
});
