/** The runtime `crystal`: what its App is given, and how a funko fails and stops. */
import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { before, it } from 'node:test';
import { tempFolder } from '../../support/builder/folders.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { build, run, type Running } from '../../support/runtimes/running.ts';

/** A compiler that has nothing in its cache yet, on a machine with much to do. */
const COMPILED_WITHIN_MS = 10 * 60_000;

const APP = `
require "json"

class App
  include HTTP::Handler

  def call(context)
    response = context.response
    case context.request.path
    when "/raise" then raise "on purpose"
    when "/large" then 16.times { response << "x" * 1_000_000 }
    when "/cut"
      response << "half"
      response.flush
      raise "in the middle"
    when "/slow"
      puts "slow began"
      sleep 1.5.seconds
      response << "done"
    else
      {resource: context.request.resource, file: File.read("public/file.txt")}.to_json(response)
    end
  end
end
`;

let running: Running;
let image: string;

before(
  async () => {
    await using folder = await tempFolder({
      'funko.yml': 'name: built\nruntime: crystal\noptions: { entry: src/app.cr }\n',
      'src/app.cr': APP,
      'public/file.txt': 'read when it runs',
    });
    ({ image } = await build(folder.path));
    running = await run(image);
  },
  { timeout: COMPILED_WITHIN_MS },
);

it('gives requests to the App, with the files of public beside it, in an image without a shell', async () => {
  const answer = { resource: '/a%2Fb?c=d', file: 'read when it runs' };
  assert.deepEqual(await running.json('/a%2Fb?c=d'), answer);
  assert.equal(await docker('inspect', '--format', '{{.Config.User}}', running.container), '1000:1000');
  await assert.rejects(docker('exec', running.container, 'sh'));
});

it('answers 500 for an App that raises, logs the backtrace, and cuts what was begun', async () => {
  const { status, text: said } = await running.ask('/raise');
  assert.deepEqual([status, said], [500, '500 Internal Server Error\n']);
  await running.logged(/GET \/raise failed: on purpose \(Exception\)\s+from src\/app\.cr:11/);
  await assert.rejects(running.ask('/cut'), { code: 'ECONNRESET' });
  await running.logged(/GET \/cut failed: in the middle/);
  assert.equal((await running.ask('/')).status, 200);
});

it('runs many requests at the same time, and finishes all when it is stopped', async () => {
  const stopped = await run(image);
  const slow = Array.from({ length: 8 }, async () => stopped.ask('/slow'));
  const response = await stopped.begin('/large');
  await stopped.logged(/(slow began\s*){8}/);
  const status = stopped.stop();
  for (const answer of slow) assert.equal((await answer).text, 'done');
  assert.equal((await text(response)).length, 16_000_000);
  assert.equal(await status, '0');
});
