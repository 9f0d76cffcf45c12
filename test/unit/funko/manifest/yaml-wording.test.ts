import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseManifest } from '../../../../src/funko/manifest/manifest.ts';

/** What is written below `name: x`, and all that is said of it. */
const WRONG: readonly (readonly [string, string])[] = [
  [
    'env:\n  A: 1\n   B: 2',
    '4:4: "B: 2" is indented by 3 spaces, "A: 1" above it by 2 spaces, and holds a value already; keys of one mapping begin at the same column',
  ],
  [
    'runtime: node\n  options:\n    entry: a.js',
    '3:3: "options:" is indented by 2 spaces, "runtime: node" above it by 0 spaces, and holds a value already; keys of one mapping begin at the same column',
  ],
  [
    'healthcheck:\n  path: /x\n command: [a]',
    '4:2: "command: [a]" is indented by 1 space; lines above it by 0 or 2, and it must be one of these',
  ],
  [
    'env:\n  TEXT: |\n      a\n    b: c\n  A: 1\n   B: 2',
    '7:4: "B: 2" is indented by 3 spaces, "A: 1" above it by 2 spaces, and holds a value already; keys of one mapping begin at the same column',
  ],
  ['volumes: {data: /d\nscale: 3', '2:10: "{" is not closed by "}"'],
  [
    'runtime: node: 24',
    '2:10: there is a second ": " in this line; put the value in quotes, or its key on a line of its own',
  ],
  ['env:\n  A: "abc\n  B: 1', '3:6: a text begins with " and has no " at its end'],
  ['runtime node\nscale: 1', '2:1: "runtime node" has no ":"; write "key: value"'],
  ['runtime: @node', '2:10: a value can\'t begin with "@"; put it in quotes'],
  ['env:\n\tA: 1', '3:1: a tab is used to indent; YAML allows only spaces'],
];

for (const [text, said] of WRONG) {
  test(`${JSON.stringify(text)} is refused at the line that is wrong, in words that fix it`, () => {
    assert.throws(() => parseManifest(`name: x\n${text}\n`, 'funko.yml'), {
      code: 'bad_manifest',
      message: `funko.yml:${said}`,
    });
  });
}

test('several errors come in the order of their lines', () => {
  assert.throws(
    () => parseManifest('name: x\nscale: 0\nuser: -1\nnonsense: 1\nrestart: maybe\nport: 0\n', 'funko.yml'),
    (error: Error) => {
      const lines = error.message.split('\n').map((line) => Number(line.split(':')[1]));
      assert.deepEqual(lines, [2, 3, 4, 5, 6]);
      return true;
    },
  );
});

for (const [key, meant] of [
  ['ports', 'Did you mean "port"?'],
  ['environment', 'Did you mean "env"?'],
  ['memory', 'Did you mean "resources.memory"?'],
  ['Replicas', 'Did you mean "scale"?'],
  ['image', 'write a Dockerfile with "FROM IMAGE"'],
  ['volumse', 'Did you mean "volumes"?'],
] as const) {
  test(`the key ${key} of other tools is answered with FaaSO's own`, () => {
    assert.throws(
      () => parseManifest(`name: x\n${key}: [1]\n`, 'funko.yml'),
      (error: Error) => error.message.includes(meant),
    );
  });
}
