/** `faaso dev` on the real engine: what is saved is live, whatever is wrong with it is told, and nothing is left. */
import assert from 'node:assert/strict';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { poll } from '../../support/engine/wait.ts';
import { Dev, devName, homeWith } from '../../support/cli/dev-harness.ts';
import { newHome, writeFunko, type Home } from '../../support/cli/faaso.ts';

/** As many editors save: aside, then over the old file. */
async function save(home: Home, name: string, file: string, text: string): Promise<void> {
  const path = home.path(name, file);
  await writeFile(`${path}.swp~`, text);
  await rename(`${path}.swp~`, path);
}

const node = (body: string): string => `export default (request, response) => ${body};\n`;

describe('faaso dev with the runtime node', { concurrency: 3 }, () => {
  it('takes what is saved, tells what is wrong with it, and takes the fix; Ctrl-C leaves nothing', async () => {
    const name = devName('dev');
    await using home = await homeWith(name, 'node');
    await using dev = new Dev(home, name);
    await dev.says(/ready {7}after/);
    assert.deepEqual(await dev.ask('?name=Ada'), [200, '{"message":"Hello, Ada!"}\n']);

    await dev.then(
      async () => save(home, name, 'index.js', node("console.log('asked') || response.end('two')")),
      /reloading {3}index\.js\n {2}ready/,
    );
    assert.deepEqual(await dev.ask(), [200, 'two']);
    await poll(
      'its log',
      async () => Promise.resolve(dev.stdout),
      (text) => text.includes('asked\n'),
    );

    await dev.then(
      async () => save(home, name, 'index.js', 'export default ('),
      /ended {7}with exit status 1; save a change/,
    );
    const [status, why] = await dev.ask();
    assert.equal(status, 503);
    assert.match(why, /^The program ended with exit status 1\.\n[^]*SyntaxError/);
    assert.match(dev.stdout, /SyntaxError/);

    await dev.then(async () => save(home, name, 'index.js', node("response.end('three')")), /ready/);
    assert.deepEqual(await dev.ask(), [200, 'three']);

    dev.child.kill('SIGINT');
    assert.equal(await dev.status, 130);
    assert.match(dev.stderr, /Stopped; its container and its image are gone\.\n$/);
    assert.deepEqual(await dev.left(), []);
  });

  it('answers requests that come while the program is replaced, each by the old one or the new one', async () => {
    const name = devName('dev');
    await using home = await homeWith(name, 'node');
    await writeFile(home.path(name, 'index.js'), node("response.end('0')"));
    await using dev = new Dev(home, name);
    await dev.says(/ready {7}after/);
    for (const round of ['1', '2', '3']) {
      const from = dev.stderr.length;
      await save(home, name, 'index.js', node(`response.end('${round}')`));
      await dev.says(/reloading/, from);
      // A request that was on its way to the old program when that was killed can break off: it may have been answered.
      const answers = await Promise.allSettled(Array.from({ length: 20 }, async () => dev.ask()));
      const told = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
      assert.deepEqual([...new Set(told.map(([status]) => status))], [200]);
      await dev.says(/ready/, from);
      assert.deepEqual(await dev.ask(), [200, round]);
    }
  });

  it('sees new folders, builds when a file has gone or funko.yml changes, and heeds no swap file', async () => {
    const name = devName('dev');
    await using home = await homeWith(name, 'node');
    const manifest = await readFile(home.path(name, 'funko.yml'), 'utf8');
    await writeFile(home.path(name, 'funko.yml'), `${manifest}volumes: { data: /data }\n`);
    await using dev = new Dev(home, name);
    await dev.says(/ready {7}after/);

    const change = async (): Promise<void> => {
      await mkdir(home.path(name, 'lib/deep'), { recursive: true });
      await writeFile(home.path(name, 'lib/deep/word.js'), "export default 'deep';\n");
      await writeFile(home.path(name, '.index.js.swp'), 'swap');
      await writeFile(home.path(name, '4913'), '');
      await save(
        home,
        name,
        'index.js',
        `import word from './lib/deep/word.js';\n${node('response.end(word)')}`,
      );
    };
    await dev.then(change, /ready/);
    await poll(
      'the answer',
      async () => dev.ask(),
      ([, body]) => body === 'deep',
    );

    const said = await dev.then(async () => {
      await save(home, name, 'index.js', node('response.end(process.env.GREETING)'));
      await rm(home.path(name, 'lib'), { recursive: true });
    }, /building {4}lib[^]*ready/);
    assert.doesNotMatch(said, /swp|4913/);
    await dev.then(
      async () => save(home, name, 'funko.yml', manifest.replace('Hello', 'Good morning')),
      /building {4}funko\.yml has changed\n[^]*ready/,
    );
    assert.deepEqual(await dev.ask(), [200, 'Good morning']);
    // One container, one image, one volume: the old ones go when the new one has taken over.
    await poll(
      'what is left',
      async () => dev.left(),
      (left) => left.length === 3,
    );

    dev.child.kill('SIGTERM');
    assert.equal(await dev.status, 143);
    assert.deepEqual(await dev.left(), []);
  });

  it('keeps what runs when a build fails, or when funko.yml is wrong', async () => {
    const name = devName('dev');
    await using home = await homeWith(name, 'node');
    await using dev = new Dev(home, name);
    await dev.says(/ready {7}after/);
    await dev.then(
      async () => save(home, name, 'funko.yml', `nam: ${name}\n`),
      /funko\.yml:1:1: unknown key "nam"/,
    );
    await dev.then(async () => save(home, name, 'funko.yml', `name: ${name}\nruntime: node\n`), /ready/);
    await dev.then(
      async () => save(home, name, 'package.json', '{ nonsense'),
      /failed +[^]*faaso: The build failed/,
    );
    assert.deepEqual(await dev.ask('?name=Ada'), [200, '{"message":"undefined, Ada!"}\n']);
    await rm(home.path(name, 'package.json'));
    await dev.then(async () => save(home, name, 'index.js', node("response.end('on')")), /ready/);
    assert.deepEqual(await dev.ask(), [200, 'on']);
    dev.child.kill('SIGHUP');
    assert.equal(await dev.status, 129);
    assert.deepEqual(await dev.left(), []);
  });

  it('that was killed leaves what the next one takes away; a second one takes over from the first', async () => {
    const name = devName('dev');
    await using home = await homeWith(name, 'node');
    await using killed = new Dev(home, name);
    await killed.says(/ready/);
    killed.child.kill('SIGKILL');
    await killed.status;
    const left = await killed.left();
    assert.equal(left.length, 2);
    await using first = new Dev(home, name);
    await first.says(/ready/);
    assert.deepEqual(
      (await first.left()).filter((one) => left.includes(one) && one.startsWith('container')),
      [],
    );
    await using second = new Dev(home, name);
    assert.equal(await first.status, 1);
    assert.match(first.stderr, /another `faaso dev` of this funko may have taken over/);
    await second.says(/ready/);
    assert.equal((await second.ask())[0], 200);
    second.child.kill('SIGINT');
    await second.status;
    assert.deepEqual(await second.left(), []);
  });
});

describe('faaso dev with others', { concurrency: 3 }, () => {
  it('takes what is saved with the runtime python', async () => {
    const name = devName('dev');
    await using home = await homeWith(name, 'python');
    await using dev = new Dev(home, name);
    await dev.says(/ready {7}after/);
    const app = await readFile(home.path(name, 'app.py'), 'utf8');
    await dev.then(
      async () => save(home, name, 'app.py', app.replace('{name}!', '{name}?')),
      /reloading {3}app\.py\n {2}ready/,
    );
    assert.deepEqual(await dev.ask('?name=Ada'), [200, '{"message":"Hello, Ada?"}\n']);
    await dev.then(async () => save(home, name, 'app.py', `${app}\n(`), /ended/);
    await dev.then(async () => save(home, name, 'app.py', app), /ready/);
    assert.deepEqual(await dev.ask('?name=Ada'), [200, '{"message":"Hello, Ada!"}\n']);
  });

  it('builds each change of a funko whose runtime declares nothing, and keeps the old one if that does not start', async () => {
    const name = devName('dev');
    await using home = await newHome();
    await writeFunko(home, name);
    const dockerfile = (code: string): string =>
      `FROM node:24-slim\nCMD ["node", "-e", ${JSON.stringify(code)}]\n`;
    const serve = (word: string): string =>
      `process.on('SIGTERM', process.exit); require('http').createServer((_, response) => response.end('${word}')).listen(3000)`;
    await writeFile(home.path(name, 'Dockerfile'), dockerfile(serve('one')));
    await using dev = new Dev(home, name);
    await dev.says(/ready {7}after/);
    assert.deepEqual(await dev.ask(), [200, 'one']);
    await dev.then(
      async () => save(home, name, 'Dockerfile', dockerfile('process.exit(3)')),
      /ended {7}with exit status 3/,
    );
    assert.deepEqual(await dev.ask(), [200, 'one']);
    // It has ended before anybody can look where it is published.
    await dev.then(
      async () => save(home, name, 'Dockerfile', 'FROM node:24-slim\nCMD ["sh", "-c", "exit 4"]\n'),
      /ended {7}with exit status 4/,
    );
    assert.deepEqual(await dev.ask(), [200, 'one']);
    await dev.then(async () => save(home, name, 'Dockerfile', dockerfile(serve('two'))), /ready/);
    assert.deepEqual(await dev.ask(), [200, 'two']);
    dev.child.kill('SIGINT');
    await dev.status;
    assert.deepEqual(await dev.left(), []);
  });

  it('says at the start what is no funko', async () => {
    await using home = await newHome();
    const { status, stderr } = await home.faaso(['dev', 'nowhere']);
    assert.deepEqual([status, stderr.split(';')[0]], [1, 'faaso: nowhere: there is no such folder']);
  });
});
