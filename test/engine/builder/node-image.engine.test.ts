/** A funko of the runtime `node`, built by a real engine and run as FaaSO runs it. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, it } from 'node:test';
import { openContext } from '../../../src/builder/context.ts';
import { buildImage, type BuildEvent } from '../../../src/docker/buildkit/build-image.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { engine, LABELS, named } from '../../support/docker/engine-harness.ts';
import { RUNTIMES, tempFolder, type TempFolder } from '../../support/builder/folders.ts';

const HANDLER = `
import { writeFileSync } from 'node:fs';
import ms from 'ms';

export default async function (request, response) {
  if (request.url === '/slow') {
    console.log('slow began');
    await new Promise((resolve) => process.once('SIGTERM', resolve));
  }
  let writes = 'may write';
  try { writeFileSync('index.js', ''); } catch (error) { writes = error.code; }
  response.end(JSON.stringify({ answer: 'first', minute: ms('1m'), user: process.getuid(), writes }));
}
`;

let folder: TempFolder;
let image: string;
let container: string;
let port: string;

before(async () => {
  folder = await tempFolder({
    'funko.yml': 'name: built\nruntime: node\n',
    'package.json': '{ "type": "module", "dependencies": { "ms": "2.1.3" } }',
    'index.js': HANDLER,
  });
  await build();
  await start();
});

after(() => folder[Symbol.asyncDispose]());

it('answers /ping, with its dependencies installed, as a user who can not change the code', async () => {
  assert.equal(await answered('/ping'), 'OK\n');
  assert.deepEqual(JSON.parse(await answered('/')), {
    answer: 'first',
    minute: 60_000,
    user: 1000,
    writes: 'EACCES',
  });
});

it('finishes the request in flight when it is stopped, and ends with status 0', async () => {
  const slow = answered('/slow');
  await logged('slow began');
  await docker('stop', '--time', '30', container);
  assert.match(await slow, /"answer":"first"/);
  assert.equal(await docker('inspect', '--format', '{{.State.ExitCode}}', container), '0');
});

it('is built again without installing anew when a line of code has changed', async () => {
  // Never built before, not even by an earlier run: the engine keeps its build cache.
  const second = randomBytes(6).toString('hex');
  await writeFile(folder.at('index.js'), HANDLER.replace('first', second));
  const steps = (await build()).filter((event) => event.type === 'step');
  const states = (word: RegExp): string[] =>
    steps.filter(({ name }) => word.test(name)).map(({ state }) => state);
  assert.equal(states(/RUN .*npm install/s).at(-1), 'cached');
  assert.equal(states(/COPY \. \./).at(-1), 'done', 'the code itself is copied anew');
  await start();
  assert.ok((await answered('/')).includes(second));
});

async function build(): Promise<BuildEvent[]> {
  // A tag of its own: one that moved on would leave the image before without any.
  image = named('image', 'node-runtime');
  const events: BuildEvent[] = [];
  const { tar, dockerfile } = await openContext({ folder: folder.path, runtimesFolder: RUNTIMES });
  await buildImage(engine, {
    context: tar,
    dockerfile,
    tags: [image],
    labels: LABELS,
    onEvent: (event) => events.push(event),
  });
  return events;
}

/** Runs the image with the rights that FaaSO gives, and waits until it listens. */
async function start(): Promise<void> {
  container = named('container', 'node-runtime');
  const rights = ['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--pids-limit', '512'];
  const label = Object.entries(LABELS).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
  await docker(
    'run',
    '--detach',
    '--name',
    container,
    ...label,
    ...rights,
    '--publish',
    '127.0.0.1::3000',
    image,
  );
  port = (await docker('port', container, '3000')).replace(/^.*:/s, '');
  await logged('listens on port');
}

/** Waits until the container's output has this. */
async function logged(word: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await docker('logs', container)).includes(word)) {
    if (Date.now() > deadline) throw new Error(`no "${word}" in: ${await docker('logs', container)}`);
  }
}

async function answered(path: string): Promise<string> {
  const [response] = (await once(get({ host: '127.0.0.1', port, path, agent: false }), 'response')) as [
    IncomingMessage,
  ];
  return text(response);
}
