import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  findRuntime,
  listRuntimes,
  optionDefaults,
  optionsOf,
} from '../../../../src/builder/runtime/runtime.ts';
import { readManifest } from '../../../../src/funko/manifest/manifest.ts';
import { RUNTIMES, tempFolder, type TempFolder } from '../../../support/builder/folders.ts';

const RUNTIME_YML = `description: A test
options:
  size: { type: integer, default: 3, minimum: 1, maximum: 9, help: How large. }
  mode: { type: string, default: fast, enum: [fast, slow], help: How. }
  extra: { type: array, default: [], items: { type: string }, help: More. }
`;

const find = (folder: TempFolder, reference: string) =>
  findRuntime(reference, { runtimesFolder: folder.path, from: folder.path, place: 'funko.yml:2:10: ' });

it('lists the runtimes that come with FaaSO, each with a description and documented options', async () => {
  const runtimes = await listRuntimes(RUNTIMES);
  assert.ok(runtimes.some(({ name }) => name === 'node'));
  for (const { description, options } of runtimes) {
    assert.ok(description.length > 0);
    for (const { help: text } of Object.values(options)) assert.ok(text && text.length > 0);
  }
});

it('finds a runtime by name and by path, with defaults for what it does not say', async () => {
  await using folder = await tempFolder({
    'mine/runtime.yml': RUNTIME_YML,
    'no-runtime/x': '',
    'file.txt': '',
  });
  const byName = await find(folder, 'mine');
  assert.equal(byName.health, '/ping');
  assert.deepEqual(byName.needs, []);
  const byPath = { ...byName, reference: folder.at('mine') };
  assert.deepEqual(await find(folder, './mine'), byPath);
  assert.deepEqual(await find(folder, folder.at('mine')), byPath);
  assert.deepEqual(
    (await listRuntimes(folder.path)).map(({ name }) => name),
    ['mine'],
  );
  assert.deepEqual(optionDefaults(byName), { size: 3, mode: 'fast', extra: [] });
});

it('says which runtimes there are when one is unknown', async () => {
  await using folder = await tempFolder({ 'node/runtime.yml': RUNTIME_YML, 'deno/runtime.yml': RUNTIME_YML });
  await assert.rejects(find(folder, 'nod'), {
    code: 'unknown_runtime',
    message: 'funko.yml:2:10: there is no runtime "nod"; there are: deno, node. Did you mean "node"?',
  });
  await assert.rejects(find(folder, './gone'), {
    code: 'unknown_runtime',
    message: `funko.yml:2:10: there is no runtime at ${folder.at('gone')}: it has no runtime.yml`,
  });
});

it('checks options against the runtime and names the line of funko.yml', async () => {
  await using folder = await tempFolder({ 'mine/runtime.yml': RUNTIME_YML });
  const runtime = await find(folder, 'mine');
  const read = (options: string) => readManifest(`name: a\noptions:\n${options}`, 'funko.yml');
  assert.deepEqual(optionsOf(runtime, read('  size: 5\n')), { size: 5, mode: 'fast', extra: [] });
  assert.throws(() => optionsOf(runtime, read('  size: 12\n  mode: fats\n  extra: x\n  modus: slow\n')), {
    code: 'bad_manifest',
    message: [
      'funko.yml:3:9: options.size is the number 12; it must be a whole number from 1 to 9',
      'funko.yml:4:9: options.mode is "fats"; it must be one of "fast", "slow". Did you mean "fast"?',
      'funko.yml:5:10: options.extra is "x"; it must be a list',
      'funko.yml:6:3: unknown key "modus" in options; allowed: size, mode, extra. Did you mean "mode"?',
    ].join('\n'),
  });
  const { manifest } = read('  size: 5\n');
  optionsOf(runtime, { manifest, source: read('').source });
  assert.deepEqual(manifest.options, { size: 5 }, 'the defaults stay out of the manifest');
});

it('refuses a runtime.yml that is wrong, with its own lines', async () => {
  const cases: [string, RegExp][] = [
    ['', /runtime\.yml:1:1: .*"description" is missing/],
    ['description: x\nhealt: /a\n', /runtime\.yml:2:1: unknown key "healt".*Did you mean "health"/],
    [
      'description: x\nhealth: ping\n',
      /runtime\.yml:2:9: health is "ping"; it must be a path that begins with/,
    ],
    ['description: x\nhealth: /a#b\n', /runtime\.yml:2:9: health is "\/a#b"; .* without spaces and "#"/],
    [
      'description: x\noptions:\n  a: { type: string, default: x }\n',
      /runtime\.yml:3:6: the key "help" is missing in options\.a/,
    ],
    [
      'description: x\noptions:\n  a: { type: integer, default: x, help: y }\n',
      /runtime\.yml:3:32: the default of the option "a" must be a whole number/,
    ],
    ['description: [\n', /runtime\.yml:1:14: "\[" is not closed by "]"/],
    [
      'description: x\noptions:\n  a: { type: string, default: x, help: y, pattern: "(" }\n',
      /runtime\.yml:3:\d+: .*option "a"/,
    ],
    [
      'description: x\noptions:\n  a: { type: array, default: [], help: y, items: { type: word } }\n',
      /runtime\.yml:3:\d+: .*option "a" can't be checked, as the option is not a valid JSON Schema/,
    ],
  ];
  for (const [text, message] of cases) {
    await using folder = await tempFolder({ 'mine/runtime.yml': text });
    await assert.rejects(find(folder, 'mine'), { code: 'bad_runtime', message }, text);
  }
});
