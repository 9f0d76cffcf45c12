import assert from 'node:assert/strict';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { parseManifest } from '../../../src/funko/manifest/manifest.ts';
import { homeAt, startAdmin } from '../../support/cli/server-harness.ts';
import { homeWith, manifestOf, put } from '../../support/cli/code-folder.ts';
import { answering, newHome, writeFunko } from '../../support/cli/faaso.ts';

const GUESSED: readonly (readonly [files: readonly string[], manifest: object])[] = [
  [['package.json', 'src/x.ts'], { runtime: 'node' }],
  [['package.json', 'node_modules/a/main.py', '.git/app.py'], { runtime: 'node' }],
  [['handler.ts'], { runtime: 'node', options: { entry: 'handler.ts' } }],
  [['requirements.txt', 'app.py'], { runtime: 'python' }],
  [['pyproject.toml'], { runtime: 'python' }],
  [['requirements.txt', 'main.py'], { runtime: 'python' }],
  [['manage.py', 'shop/wsgi.py'], { runtime: 'python' }],
  [['hello.py'], { runtime: 'python' }],
  [['go.mod', 'main.go', 'run.sh'], { runtime: 'go' }],
  [['Gemfile', 'config.ru'], { runtime: 'ruby' }],
  [['composer.json', 'public/index.php'], { runtime: 'php' }],
  [['web/index.php'], { runtime: 'php' }],
  [['shard.yml', 'app.cr'], { runtime: 'crystal' }],
  [['Cargo.toml', 'src/main.rs'], { runtime: 'rust' }],
  [['pom.xml', 'src/main/java/Main.java'], { runtime: 'java' }],
  [['Handler.java'], { runtime: 'java' }],
  [['shop.jar'], { runtime: 'java' }],
  [['go.work', 'api/go.mod'], { runtime: 'go' }],
  [['index.html', 'style.css'], { runtime: 'static', options: { root: '.' } }],
  [['public/index.html', 'README.md'], { runtime: 'static' }],
  [['dist/index.html'], { runtime: 'static', options: { root: 'dist' } }],
  [['hello.sh'], { runtime: 'shell', options: { entry: 'hello.sh' } }],
  [['Dockerfile', 'package.json', 'go.mod'], {}],
];

const PORTS: readonly (readonly [file: string, also: readonly string[], code: string])[] = [
  ['main.go', ['go.mod'], 'http.ListenAndServe(":8080", nil)'],
  ['cmd/web/main.go', ['go.mod'], 'server := &http.Server{Addr: ":8080"}'],
  ['main.go', ['go.mod'], 'router.Run("0.0.0.0:8080")'],
  ['src/main.rs', ['Cargo.toml'], 'TcpListener::bind("0.0.0.0:8080")'],
  ['src/main.rs', ['Cargo.toml'], 'SocketAddr::from(([0, 0, 0, 0], 8080))'],
  ['src/main.rs', ['Cargo.toml'], '.bind(("0.0.0.0", 8080))?'],
  ['App.java', [], 'HttpServer.create(new InetSocketAddress(8080), 0);'],
  ['App.java', ['pom.xml'], 'Javalin.create().start(8080);'],
];

describe('faaso init', () => {
  for (const [files, manifest] of GUESSED) {
    it(`tells ${JSON.stringify(manifest)} by ${files.join(', ')}`, async () => {
      await using home = await homeWith(files);
      const { status, stdout, stderr } = await home.faaso(['init', 'code']);
      assert.equal(status, 0, stderr);
      assert.equal(stdout, 'code/\n');
      assert.match(
        stderr,
        /^Found .*\n {2}made {2}code\/funko\.yml .*\n( {4}.*\n)+Next: faaso deploy code\n$/,
      );
      assert.deepEqual(await manifestOf(home), { name: 'code', ...manifest });
      parseManifest(await readFile(home.path('code', 'funko.yml'), 'utf8'), 'funko.yml');
    });
  }

  it('takes release and worker from a Procfile, and says so; not beside a Dockerfile', async () => {
    await using home = await homeWith(['Gemfile', 'config.ru']);
    await put(
      home,
      'code/Procfile',
      'web: bundle exec puma\nrelease: rake db:migrate\nworker: rake jobs:work\n',
    );
    const { stderr } = await home.faaso(['init', 'code']);
    assert.match(stderr, /The Procfile says what to run as release and worker\n/);
    const keys = { release: 'rake db:migrate', worker: 'rake jobs:work' };
    assert.deepEqual(await manifestOf(home), { name: 'code', runtime: 'ruby', ...keys });
    await using own = await homeWith(['Dockerfile', 'Procfile'], 'FROM debian\nrelease: true\n');
    assert.equal((await own.faaso(['init', 'code'])).status, 0);
    assert.deepEqual(await manifestOf(own), { name: 'code' });
  });

  for (const [file, also, code] of PORTS)
    it(`takes the port of ${JSON.stringify(code)}, unless the program reads PORT`, async () => {
      await using home = await homeWith(also);
      await put(home, `code/${file}`, code);
      assert.equal((await home.faaso(['init', 'code'])).status, 0);
      assert.equal(((await manifestOf(home)) as { port?: number }).port, 8080);
      await put(home, `other/${file}`, `${code} os.Getenv("PORT") env::var("PORT") System.getenv("PORT")`);
      for (const name of also) await put(home, `other/${name}`);
      assert.equal((await home.faaso(['init', 'other'])).status, 0);
      assert.equal(((await manifestOf(home, 'other')) as { port?: number }).port, undefined);
    });

  it("takes the port that a Dockerfile EXPOSEs, and makes the folder's name valid", async () => {
    await using home = await homeWith(['Dockerfile'], 'FROM debian\nEXPOSE 8080/tcp\n', 'My_Shop.v2');
    assert.equal((await home.faaso(['new', './My_Shop.v2/'])).status, 0);
    assert.deepEqual(await manifestOf(home, 'My_Shop.v2'), { name: 'my-shop-v2', port: 8080 });
  });

  it('names what is likely where several are; -r and --yes decide', async () => {
    await using home = await homeWith(['package.json', 'go.mod']);
    const unsure = await home.faaso(['init', 'code']);
    assert.equal(unsure.status, 2);
    assert.match(
      unsure.stderr,
      /code may be go \(go\.mod\) or node \(package\.json\); .*-r go\|node, or --yes/,
    );
    assert.deepEqual((await readdir(home.path('code'))).sort(), ['go.mod', 'package.json']);
    assert.equal((await home.faaso(['init', 'code', '-r', 'node', '--name', 'shop'])).status, 0);
    assert.deepEqual(await manifestOf(home), { name: 'shop', runtime: 'node' });
    await put(home, 'other/package.json');
    await put(home, 'other/go.mod');
    assert.equal((await home.faaso(['init', 'other', '--yes'])).status, 0);
    assert.deepEqual(await manifestOf(home, 'other'), { name: 'other', runtime: 'go' });
  });

  it('asks a person at a terminal, where several are likely', async () => {
    await using home = await homeWith(['package.json', 'go.mod']);
    const started = home.startOnTerminal(['init', 'code']);
    const { status } = await answering(started, /Runtime \(go, node\): /, 'node\n');
    assert.equal(status, 0);
    assert.deepEqual(await manifestOf(home), { name: 'code', runtime: 'node' });
  });

  it('overwrites nothing, and says what it can not tell', async () => {
    await using home = await homeWith(['package.json', 'funko.yml'], 'name: mine\n');
    const there = await home.faaso(['init', 'code']);
    assert.equal(there.status, 1);
    assert.match(there.stderr, /code has a funko\.yml already/);
    assert.deepEqual(await manifestOf(home), { name: 'mine' });
    await put(home, 'notes/README.md');
    const notes = await home.faaso(['init', 'notes']);
    assert.equal(notes.status, 2);
    assert.match(notes.stderr, /nothing in notes tells its runtime; .*-r .*node/);
    await put(home, '___/app.py');
    assert.match((await home.faaso(['init', '___'])).stderr, /give one with --name/);
  });

  it("goes by the rules of a runtime of one's own", async () => {
    await using home = await homeWith(['hello.pl', 'package.json']);
    const options = 'options: { entry: { type: string, default: main.pl, help: The script. } }';
    const detect = "detect: [{ file: '*.pl', priority: 60, options: { entry: '<%= file %>' } }]";
    await put(home, 'perl/runtime.yml', `description: Scripts in Perl\n${detect}\n${options}\n`);
    assert.equal((await home.faaso(['init', 'code', '-r', './perl', '--trust-runtime'])).status, 0);
    const expected = { name: 'code', runtime: '../perl', options: { entry: 'hello.pl' } };
    assert.deepEqual(await manifestOf(home), expected);
  });

  it('makes an empty folder one to start from, and the folder stays the same one', async () => {
    await using home = await newHome();
    await mkdir(home.path('empty'));
    const { status, stdout } = await home.faaso(['new', './empty', '-r', 'node']);
    assert.deepEqual([status, stdout], [0, './empty/\n']);
    assert.deepEqual((await readdir(home.path('empty'))).sort(), ['funko.yml', 'index.js']);
  });
});

it('names a funko by package.json if that tells its runtime', async () => {
  await using home = await homeWith(['package.json'], '{ "name": "@acme/Web_Shop" }');
  assert.equal((await home.faaso(['init', 'code'])).status, 0);
  assert.deepEqual(await manifestOf(home), { name: 'web-shop', runtime: 'node' });
  await put(home, 'rails/config.ru');
  await put(home, 'rails/package.json', '{ "name": "app" }');
  assert.equal((await home.faaso(['init', 'rails', '-y'])).status, 0);
  assert.deepEqual(await manifestOf(home, 'rails'), { name: 'rails', runtime: 'ruby' });
});

it("goes by the rules of all runtimes in FAASO_RUNTIMES, a folder of one's own", async () => {
  await using home = await homeWith(['main.pl']);
  await put(
    home,
    'runtimes/perl/runtime.yml',
    "description: Perl\ndetect: [{ file: '*.pl', priority: 60 }]\n",
  );
  const environment = { FAASO_RUNTIMES: 'runtimes' };
  const { stderr } = await home.faaso(['init', 'code'], { environment });
  assert.match(stderr, /Found main\.pl: the runtime is perl/);
  assert.deepEqual(await manifestOf(home), { name: 'code', runtime: '../runtimes/perl' });
});

it('several folders of a pattern: those that are no funkos are passed over', async () => {
  await using admin = await startAdmin();
  await using home = await homeAt(admin);
  await writeFunko(home, 'shop');
  await put(home, 'notes/README.md');
  const { status, stderr } = await home.faaso(['deploy', './notes/', './shop/']);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /Passed over \.\/notes\/: it has no funko\.yml/);
});

it('faaso deploy --in-order begins none after one that fails', async () => {
  await using admin = await startAdmin();
  await using home = await homeAt(admin);
  await writeFunko(home, 'bad', 'nme: bad\n');
  await writeFunko(home, 'shop');
  const { status, stderr } = await home.faaso(['deploy', '--in-order', 'bad', 'shop']);
  assert.equal(status, 1);
  assert.doesNotMatch(stderr, /Building shop/);
  assert.match((await home.faaso(['deploy', 'bad', 'shop'])).stderr, /Building shop/);
});
