/** The runtime `python` with an ASGI application: what it is given, and how it fails and stops. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { before, it } from 'node:test';
import { tempFolder } from '../../support/builder/folders.ts';
import { build, run, type Running } from '../../support/runtimes/running.ts';

const APP = `
import asyncio, contextlib
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute

async def url(request):
    return PlainTextResponse(f"{request.app.state.word} {request.url_for('url')}")

async def broken(request):
    raise ValueError("on purpose")

async def slow(request):
    print("slow began")
    await asyncio.sleep(1.5)
    return PlainTextResponse("done")

async def stream(request):
    async def parts():
        yield "first "
        print("stream began")
        await request.app.state.go.wait()
        yield "second"
    return StreamingResponse(parts(), media_type="text/plain")

async def go(request):
    request.app.state.go.set()
    return PlainTextResponse("ok")

async def echo(socket):
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(f"{socket.url.path} {text}")

@contextlib.asynccontextmanager
async def lifespan(app):
    app.state.word = "started"
    app.state.go = asyncio.Event()
    yield
    print("application ended")

routes = [Route("/broken", broken), Route("/slow", slow), Route("/url", url), Route("/stream", stream), Route("/go", go)]
app = Starlette(routes=[*routes, WebSocketRoute("/echo", echo), Mount("/in", routes=[Route("/url", url)])], lifespan=lifespan)
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

it('sends each part of an answer when it is there', async () => {
  const response = await running.begin('/stream');
  response.setEncoding('utf8');
  const parts = response[Symbol.asyncIterator]() as AsyncIterator<string>;
  assert.equal((await parts.next()).value, 'first ');
  await running.ask('/go');
  assert.equal((await parts.next()).value, 'second');
  response.destroy();
});

it('speaks WebSocket', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${running.port}/echo`);
  await once(socket, 'open');
  socket.send('hello');
  const [message] = (await once(socket, 'message')) as [MessageEvent];
  assert.equal(message.data, '/echo hello');
  socket.close();
  await once(socket, 'close');
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
