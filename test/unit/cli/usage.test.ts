import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { faasoVersion } from '../../../src/version.ts';
import { newHome } from '../../support/cli/faaso.ts';

const COMMANDS = ['new', 'build', 'up', 'status', 'down', 'remove', 'login', 'runtimes', 'version', 'help'];

describe('the command line', () => {
  it('prints help on stdout when asked for it', async () => {
    await using home = await newHome();
    const { status, stdout, stderr } = await home.faaso(['help']);
    assert.equal(status, 0);
    assert.equal(stderr, '');
    for (const command of COMMANDS) assert.match(stdout, new RegExp(`^  ${command}\\b`, 'm'));
    assert.match(stdout, /FAASO_SERVER [^]*http:\/\/localhost:8888/);
    assert.doesNotMatch(stdout, /\u001b/);
  });

  it('prints help on stderr and exits 2 when no command is given', async () => {
    await using home = await newHome();
    const { status, stdout, stderr } = await home.faaso([]);
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^Usage: faaso/);
  });

  it('shows usage and an example of each command', async () => {
    await using home = await newHome();
    for (const command of COMMANDS) {
      const [asked, optional] = await Promise.all([
        home.faaso(['help', command]),
        home.faaso([command, '--help']),
      ]);
      assert.deepEqual([asked.status, asked.stderr], [0, '']);
      assert.match(asked.stdout, new RegExp(`^Usage: faaso ${command}\\b`));
      assert.match(asked.stdout, new RegExp(`^Examples:\n {2}\\$ faaso ${command}\\b`, 'm'));
      assert.equal(optional.stdout, asked.stdout);
    }
  });

  it('prints the version, by command and by option', async () => {
    await using home = await newHome();
    const [command, option] = await Promise.all([home.faaso(['version']), home.faaso(['--version'])]);
    assert.deepEqual(command, { status: 0, stdout: `faaso ${faasoVersion()}\n`, stderr: '' });
    assert.deepEqual(option, { status: 0, stdout: `${faasoVersion()}\n`, stderr: '' });
  });

  it('runs through its launcher from any folder', async () => {
    const launcher = fileURLToPath(new URL('../../../bin/faaso', import.meta.url));
    const { stdout } = await promisify(execFile)(launcher, ['version'], { cwd: '/' });
    assert.equal(stdout, `faaso ${faasoVersion()}\n`);
  });

  const wrong: readonly [words: string[], says: RegExp][] = [
    [['biuld'], /^faaso: unknown command 'biuld'\n\(Did you mean build\?\)\nSee: faaso help\n$/],
    [
      ['status', '--jsn'],
      /^faaso: unknown option '--jsn'\n\(Did you mean --json\?\)\nSee: faaso help status\n$/,
    ],
    [
      ['build'],
      /^faaso: this folder has no funko\.yml; write one for the code that is here: faaso new \. Or name a funko's folder: faaso build demo\n$/,
    ],
    [['version', 'x'], /^faaso: too many arguments for 'version'/],
    [['help', 'satus'], /^faaso: there is no command "satus"\. Did you mean "status"\?/],
    [['up', 'demo', '--version', '2'], /'2' is invalid\. It must be v1, v2/],
    [['up', 'demo', '--timeout', '0'], /'0' is invalid\. It must be a number of seconds, at most 3600/],
    [['up', 'a', 'b', '--version', 'v1'], /^faaso: --version goes with one funko; there are 2: a, b\n$/],
    [
      ['scale', 'demo', 'x'],
      /^faaso: argument 'count': 'x' is invalid\. It must be a whole number from 1 to 100/,
    ],
    [['runtimes', 'shwo'], /^faaso: there is no command "runtimes shwo"\. Did you mean "show"\?/],
    [['login', '--token', 'secret'], /^faaso: --token takes only "-"/],
    [
      ['login', 'my-server:8888'],
      /it must begin with http:\/\/ or https:\/\/, e\.g\. http:\/\/my-server:8888\n$/,
    ],
    [
      ['remove', 'demo'],
      /^faaso: remove asks for confirmation, which needs a terminal; without one, use --yes/,
    ],
  ];
  for (const [words, says] of wrong) {
    it(`refuses \`faaso ${words.join(' ')}\` with exit status 2 and what to do instead`, async () => {
      await using home = await newHome();
      const { status, stdout, stderr } = await home.faaso(words);
      assert.match(stderr, says);
      assert.deepEqual([status, stdout], [2, '']);
    });
  }

  it('takes the options that nearly every command has before the command, too', async () => {
    await using home = await newHome();
    const [before, after] = await Promise.all([
      home.faaso(['--json', 'runtimes']),
      home.faaso(['runtimes', '--json']),
    ]);
    assert.deepEqual(before, after);
    assert.ok(Array.isArray(JSON.parse(before.stdout)));
  });

  it('refuses a setting that cannot be right', async () => {
    await using home = await newHome();
    const server = await home.faaso(['status'], { environment: { FAASO_SERVER: 'ftp://x' } });
    assert.equal(server.status, 2);
    assert.match(server.stderr, /^faaso: FAASO_SERVER is "ftp:\/\/x"; it must begin with http/);
    const network = await home.faaso(['status', '-local'], { environment: { FAASO_NETWORK: 'a b' } });
    assert.equal(network.status, 2);
    assert.match(
      network.stderr,
      /^faaso: FAASO_NETWORK is "a b"; it must be the name of a Docker network\n$/,
    );
  });
});
