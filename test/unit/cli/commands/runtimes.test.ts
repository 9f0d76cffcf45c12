import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { newHome, type Home } from '../../../support/cli/faaso.ts';

const RUNTIME_YML = `description: Scripts in Perl
version: '2.1'
health: /up
needs: ['<%= options.entry %>', cpanfile]
options:
  entry: { type: string, default: main.pl, help: The script that answers., pattern: '\\.pl$', allowed: a .pl file }
`;

async function writeRuntime(home: Home): Promise<void> {
  await mkdir(home.path('perl'));
  await writeFile(home.path('perl', 'runtime.yml'), RUNTIME_YML);
}

it('lists the runtimes that come with FaaSO, as a table and as JSON', async () => {
  await using home = await newHome();
  const { status, stdout } = await home.faaso(['runtimes']);
  assert.equal(status, 0);
  assert.match(stdout, /^RUNTIME +VERSION +DESCRIPTION\n/);
  assert.match(stdout, /^node +1\.1 +A request handler or a server/m);
  const rows = JSON.parse((await home.faaso(['runtimes', '--json'])).stdout) as Record<string, unknown>[];
  const node = rows.find(({ name }) => name === 'node');
  assert.ok(node);
  assert.equal(node['version'], '1.1');
  assert.equal(node['health'], '');
  assert.equal((await home.faaso(['runtimes', 'list'])).stdout, stdout);
  assert.deepEqual(JSON.parse((await home.faaso(['runtimes', 'list', '--json'])).stdout), rows);
});

it("explains a runtime of one's own: options with defaults, needed files, health path", async () => {
  await using home = await newHome();
  await writeRuntime(home);
  for (const path of ['./perl', 'perl/', home.path('perl')]) {
    const { status, stdout } = await home.faaso(['runtimes', 'show', path]);
    assert.equal(status, 0);
    assert.equal(
      stdout,
      [
        'perl 2.1: Scripts in Perl',
        '',
        '  ready when  /up answers with a status below 400',
        '  needs       main.pl (option entry), cpanfile',
        '  found by    nothing; funko.yml must name it',
        `  folder      ${home.path('perl')}`,
        '',
        'Options, for funko.yml:',
        '',
        '  entry: "main.pl"',
        '      The script that answers.',
        '      It must be a .pl file.',
        '',
      ].join('\n'),
    );
  }
  const { stdout } = await home.faaso(['runtimes', 'show', './perl', '--json']);
  const shown = JSON.parse(stdout) as { version: string; options: { entry: { default: string } } };
  assert.deepEqual([shown.version, shown.options.entry.default], ['2.1', 'main.pl']);
});

it('says which runtimes there are when one is unknown', async () => {
  await using home = await newHome();
  const { status, stdout, stderr } = await home.faaso(['runtimes', 'show', 'noed']);
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^faaso: there is no runtime "noed"; there are: .*Did you mean "node"\?\n$/);
});

it('says what a runtime without a contract lacks before anything is built', async () => {
  await using home = await newHome({ DOCKER_HOST: 'unix:///nowhere' });
  await writeRuntime(home);
  const { status, stderr } = await home.faaso(['runtimes', 'check', './perl']);
  assert.equal(status, 1);
  assert.match(stderr, /perl\/contract\.yml: there is no such file; .*docs\/runtimes\.md/);
});

it('names file and line of what is wrong in a contract', async () => {
  await using home = await newHome();
  await writeRuntime(home);
  const contract = [
    'requests: [{ request: / }]',
    'slow: { request: GET /slow }',
    'error: { requst: GET /error }',
    'edit: { file: ../x, find: a, replace: b, then: { request: GET / } }',
  ];
  await writeFile(home.path('perl', 'contract.yml'), contract.join('\n'));
  const { status, stderr } = await home.faaso(['runtimes', 'check', './perl']);
  assert.equal(status, 1);
  assert.match(stderr, /contract\.yml:1:23: requests\.0\.request is "\/"; it must be a method and a path/);
  assert.match(stderr, /contract\.yml:3:10: unknown key "requst" in error.*Did you mean "request"/);
  assert.match(stderr, /contract\.yml:4:15: edit\.file is "\.\.\/x"; it must be the path of a file/);
  assert.match(stderr, /contract\.yml:4:39: edit\.replace is "b"; it must be a text with "\{nonce\}"/);
});

it('shows no code of templates', async () => {
  await using home = await newHome();
  const names = JSON.parse((await home.faaso(['runtimes', '--json'])).stdout) as { name: string }[];
  for (const { name } of names)
    assert.doesNotMatch((await home.faaso(['runtimes', 'show', name])).stdout, /<%|%>/, name);
  await mkdir(home.path('mine'));
  const yml = `description: Mine
health: "<%= options.start ? '' : '/up' %>"
needs: ["<%= options.root + '/' + options.index %>", '<%= options.entry %>', "<%= has('a') ? 'b' : 'c' %>"]
detect: [{ name: Mojolicious, file: app.pl, priority: 80 }, { file: ['*.pl', cpanfile], priority: 60 }]
options: { entry: { type: string, default: '', help: The script. } }
`;
  await writeFile(home.path('mine', 'runtime.yml'), yml);
  const { stdout } = await home.faaso(['runtimes', 'show', './mine']);
  const lines = stdout.split('\n').slice(2, 5);
  assert.deepEqual(lines, [
    "  ready when  /up answers with a status below 400; a program of one's own when its port accepts connections",
    '  needs       a file that depends on the options root, index, the file (option entry), a file that depends on the funko',
    '  found by    Mojolicious, *.pl, cpanfile',
  ]);
});
