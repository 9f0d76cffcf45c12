/** The runtime `ruby`: what its application is given, where gems come from, and how a funko fails and stops. */
import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { before, it } from 'node:test';
import { tempFolder } from '../../support/builder/folders.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { build, run, type Running } from '../../support/runtimes/running.ts';

const APP = `
require "bundler/setup"
require "sinatra/base"

class App < Sinatra::Base
  get("/url") { "#{Process.uid} #{url("/x")}" }
  get("/utf-8") { "é #{File.read("é.txt")} #{Encoding.default_external}" }
  get("/raise") { raise "on purpose" }
  get("/large") { "x" * 16_000_000 }
  get("/slow") do
    puts "slow began"
    sleep 1.5
    "done"
  end
end

run lambda { |env|
  exit 3 if env["PATH_INFO"] == "/exit"
  raise NotImplementedError, "no such thing" if env["PATH_INFO"] == "/unwritten"
  App.call(env)
}
`;
const GEMFILE = `source "https://rubygems.org"
gem "sinatra", "~> 4.1"
`;

let running: Running;
let image: string;
const folder = await tempFolder({
  'funko.yml': 'name: built\nruntime: ruby\noptions: { threads: 6, ship_packages: [ruby-sinatra] }\n',
  Gemfile: GEMFILE,
  'config.ru': APP,
  'é.txt': 'ü',
});

before(async () => {
  ({ image } = await build(folder.path));
  running = await run(image);
});

it('gives requests to the application as an unprivileged user, with the URL that clients see', async () => {
  const headers = { host: 'faaso.test', 'x-forwarded-prefix': '/funko/built', 'x-forwarded-proto': 'https' };
  const { status, text } = await running.ask('/url', { headers });
  assert.deepEqual([status, text], [200, '1000 https://faaso.test/funko/built/x']);
});

it('reads its files as UTF-8', async () => {
  assert.equal((await running.ask('/utf-8')).text, 'é ü UTF-8');
});

it('answers 500 without the trace when a request fails, logs the trace, and lives on', async () => {
  for (const [path, status, trace] of [
    ['/raise', 500, /RuntimeError - on purpose .*\s+config\.ru:8/],
    ['/exit', 500, /GET \/exit failed: config\.ru:18:in .* exit \(SystemExit\)/],
    ['/unwritten', 500, /GET \/unwritten failed: .*no such thing \(NotImplementedError\)/],
  ] as const) {
    const answer = await running.ask(path);
    assert.equal(answer.status, status);
    assert.doesNotMatch(answer.text, /purpose|config\.ru|such/);
    await running.logged(trace);
  }
  assert.equal((await running.ask('/url')).status, 200);
});

it('runs as many requests at the same time as it has threads, and finishes them when it is stopped', async () => {
  const stopped = await run(image);
  const slow = Array.from({ length: 6 }, async () => stopped.ask('/slow'));
  await stopped.logged(/(slow began\s*){6}/);
  const status = stopped.stop();
  for (const answer of slow) assert.equal((await answer).text, 'done');
  assert.equal(await status, '0');
});

it('lets a slow client read its answer to the end when it is stopped', async () => {
  const stopped = await run(image);
  const response = await stopped.begin('/large');
  const status = stopped.stop();
  assert.equal((await text(response)).length, 16_000_000);
  assert.equal(await status, '0');
});

it('bundles by gems.rb with a gem of the folder, runs a command in the build, and has secrets as variables', async () => {
  const command = 'bundle exec ruby -r greeting -e "File.write(%q(made), GREETING)"';
  await using project = await tempFolder({
    'funko.yml': `name: own\nruntime: ruby\noptions:\n  ship_packages: [ruby-sinatra]\n  writable: [uploads]\n  build: '${command}'\n`,
    'gems.rb': 'gem "puma"\ngem "greeting", path: "gems/greeting"\n',
    'gems/greeting/greeting.gemspec':
      'Gem::Specification.new { |s| s.name = "greeting"; s.version = "1"; s.summary = s.author = "x" }\n',
    'gems/greeting/lib/greeting.rb': 'GREETING = "hello"\n',
    'config.ru':
      'require "greeting"\nrun ->(_) { [200, {}, [GREETING, File.read("made"), ENV["API_KEY"], File.stat("uploads").uid.to_s].map { "#{_1} " }] }\n',
    key: 's3cret\n',
  });
  const made = await build(project.path);
  const served = await run(made.image, '--volume', `${project.at('key')}:/run/secrets/API_KEY:ro`);
  assert.equal((await served.ask('/')).text, 'hello hello s3cret 1000 ');
});

it('says why it can not start', async () => {
  await using broken = await tempFolder({ 'config.ru': 'require "not/there"\n' });
  const file = `${broken.at('config.ru')}:/funko/config.ru:ro`;
  await assert.rejects(
    docker('run', '--rm', '--volume', file, image),
    /cannot load such file -- not\/there[^]*The funko can't start: config\.ru can't be loaded\./,
  );
});
