/** The contract suite itself: it passes a runtime of one's own that is right, and finds what is wrong with others. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { findRuntime } from '../../../src/builder/runtime/runtime.ts';
import { runContract, type ContractReport } from '../../../src/runtime-check/run-contract.ts';
import { RUNTIMES, tempFolder } from '../../support/builder/folders.ts';
import { engine, LABELS } from '../../support/docker/engine-harness.ts';

/** Answers with the file `answer`, read anew for each request. */
const SERVER = `import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const server = createServer((request, response) => {
  if (request.url === '/ping') return response.end('OK');
  if (request.url === '/slow') return setTimeout(() => response.end('slow'), 2000);
  try {
    if (request.url === '/error') throw new Error('on purpose');
    response.end(readFileSync('answer'));
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
}).listen(3000);
process.on('SIGTERM', () => { server.close(() => process.exit(0)); });
`;

const DOCKERFILE = `FROM node:24-slim
WORKDIR /app
RUN echo dependencies of <%= options.kind %>
COPY . .
USER 1000
CMD ["node", "server.mjs"]
`;

const CONTRACT = `requests:
  - { request: GET /, response: { body: "hello\\n" } }
slow: { request: GET /slow, response: { body: slow } }
error: { request: GET /error }
edit:
  { file: answer, find: hello, replace: '{nonce}', then: { request: GET /, response: { contains: '{nonce}' } } }
broken: { file: answer, find: hello, replace: '', says: hello }
`;

const MINE = {
  'mine/runtime.yml': 'description: Answers\noptions: { kind: { type: string, default: x, help: Which. } }\n',
  'mine/Dockerfile.ejs': DOCKERFILE,
  'mine/server.mjs': SERVER,
  'mine/contract.yml': CONTRACT.replace(/^broken.*\n/m, ''),
  'mine/template/funko.yml.ejs': 'name: <%= funko.name %>\nruntime: <%= runtime %>\n',
  'mine/template/answer': 'hello\n',
};

/** Runs the suite on a runtime that differs from the good one in these files. */
async function reportOn(different: Partial<Record<keyof typeof MINE, string>>): Promise<ContractReport> {
  await using folder = await tempFolder({ ...MINE, ...different });
  const where = { runtimesFolder: RUNTIMES, from: folder.path, place: '' };
  const runtime = await findRuntime('./mine', where);
  return await runContract({ engine, runtime, runtimesFolder: RUNTIMES, labels: LABELS });
}

/** The checks that failed, each with its first line. */
function failedIn({ checks }: ContractReport): Record<string, string> {
  const failed = checks.filter(({ state }) => state === 'failed');
  return Object.fromEntries(failed.map(({ name, lines }) => [name, lines[0] ?? '']));
}

it("passes a runtime of one's own, by its path", async () => {
  const report = await reportOn({});
  assert.deepEqual(failedIn(report), {});
  assert.ok(report.passed);
  assert.ok((report.imageBytes ?? 0) > 1_000_000);
});

it('finds a process that runs as root, takes no signal, dies of an error and installs anew for each edit', async () => {
  const report = await reportOn({
    'mine/Dockerfile.ejs': DOCKERFILE.replace('USER 1000\n', '').replace(/(RUN.*\n)(COPY.*\n)/, '$2$1'),
    'mine/server.mjs': SERVER.replace(/^process\.on.*$/m, "process.on('SIGTERM', () => {});").replace(
      'console.error(error)',
      'process.exit(3)',
    ),
  });
  const failed = failedIn(report);
  assert.equal(report.passed, false);
  assert.deepEqual(Object.keys(failed), [
    'runs nothing as root',
    'gets SIGTERM and ends',
    'finishes the request in flight on SIGTERM',
    'keeps running after an error in the code',
    'builds one changed line without its dependencies',
  ]);
  assert.match(failed['runs nothing as root'] ?? '', /these run as root: .*node server\.mjs; add USER/);
  assert.match(failed['gets SIGTERM and ends'] ?? '', /^it was killed: it had not ended 10 s after SIGTERM/);
  assert.match(
    failed['builds one changed line without its dependencies'] ?? '',
    /^no RUN step came from the cache/,
  );
});

it('finds requests that SIGTERM cuts off, and that wait for one another', async () => {
  const blocking =
    "{ const end = Date.now() + 2000; while (Date.now() < end); return response.end('slow'); }";
  const cut = await reportOn({
    'mine/server.mjs': SERVER.replace('server.close(() => process.exit(0))', 'process.exit(0)').replace(
      /return setTimeout.*$/m,
      blocking,
    ),
  });
  const failed = failedIn(cut);
  assert.match(
    failed['answers others while one request takes its time'] ?? '',
    /ping took 1\.\d s while GET \/slow/,
  );
  const cutOff = await reportOn({
    'mine/server.mjs': SERVER.replace('server.close(() => process.exit(0))', 'process.exit(0)'),
  });
  // Where the machine is slow, others that need a quick answer may fail with it.
  assert.match(
    failedIn(cutOff)['finishes the request in flight on SIGTERM'] ?? '',
    /^SIGTERM cut the request off \(.*ECONNRESET|hang up/,
  );
});

it('stops at what all the rest builds on, with the words of the build or the log', async () => {
  const unbuilt = await reportOn({
    'mine/Dockerfile.ejs': 'FROM node:24-slim\nRUN echo to no avail && exit 3\n',
  });
  assert.deepEqual(
    unbuilt.checks.map(({ name, state }) => [name, state]),
    [
      ['makes a folder from its template', 'passed'],
      ['builds it', 'failed'],
    ],
  );
  assert.match(unbuilt.checks[1]?.lines.join('\n') ?? '', /exit code: 3[^]*to no avail/);
  const unready = await reportOn({ 'mine/server.mjs': "throw new Error('not today');\n" });
  const last = unready.checks.at(-1);
  assert.equal(last?.name, 'is ready: /ping answers');
  assert.match(last.lines.join('\n'), /its program ended[^]*not today/);
});

it('finds answers that are wrong, and broken code that goes unnoticed', async () => {
  const report = await reportOn({ 'mine/template/answer': 'hello?\n', 'mine/contract.yml': CONTRACT });
  const failed = failedIn(report);
  assert.match(
    failed['GET /'] ?? '',
    /^GET \/: the body "hello\\n" was expected; the answer was 200 "hello\?\\n"$/,
  );
  assert.equal(failed['says what is wrong with broken code'], 'it was built and got ready all the same');
});

it('wants a template that names its own runtime', async () => {
  const report = await reportOn({ 'mine/template/funko.yml.ejs': 'name: x\nruntime: node\n' });
  assert.match(
    failedIn(report)['makes a folder from its template'] ?? '',
    /write "runtime: <%= runtime %>"$/,
  );
});
