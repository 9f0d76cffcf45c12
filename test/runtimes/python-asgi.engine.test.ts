/** The runtime `python` with an ASGI application: what it is given, and how it fails and stops. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { tempFolder } from '../builder/folders.ts';
import { build, run, type Running } from './running.ts';

const APP = `
import asyncio, contextlib
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

async def url(request):
    return PlainTextResponse(f"{request.app.state.word} {request.url_for('url')}")

async def broken(request):
    raise ValueError("on purpose")

async def slow(request):
    print("slow began")
    await asyncio.sleep(1.5)
    return PlainTextResponse("done")

@contextlib.asynccontextmanager
async def lifespan(app):
    app.state.word = "started"
    yield
    print("application ended")

routes = [Route("/broken", broken), Route("/slow", slow), Route("/url", url)]
app = Starlette(routes=[*routes, Mount("/in", routes=[Route("/url", url)])], lifespan=lifespan)
`;

let running: Running;
let image: string;
const folder = await tempFolder({
  'funko.yml': 'name: built\nruntime: python\noptions: { workers: 1, ship_packages: [python3-starlette] }\n',
  'main.py': APP,
});

before(async () => {
  ({ image } = await build(folder.path));
  running = await run(image);
});

it('serves an ASGI application, whose links lead back through the proxy', async () => {
  const headers = { host: 'faaso.test', 'x-forwarded-prefix': '/funko/built', 'x-forwarded-proto': 'https' };
  for (const path of ['/url', '/in/url']) {
    const { status, text } = await running.ask(path, { headers });
    assert.deepEqual([status, text], [200, 'started https://faaso.test/funko/built/url']);
  }
});

it('answers 500 without the trace when a request fails, logs the trace, and lives on', async () => {
  const { status, text } = await running.ask('/broken');
  assert.equal(status, 500);
  assert.doesNotMatch(text, /purpose/);
  await running.logged(/ValueError: on purpose/);
  assert.equal((await running.ask('/url')).status, 200);
});

it('finishes the requests in flight when it is stopped, and lets the application end', async () => {
  const slow = running.ask('/slow');
  await running.logged(/slow began/);
  assert.equal(await running.stop(), '0');
  assert.equal((await slow).text, 'done');
  await running.logged(/application ended/);
});
