"""Serves an ASGI application (FastAPI, Starlette, Quart, Django, …) in workers of Gunicorn's, each of which runs uvicorn."""

import inspect
import sys

import uvicorn
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

HEALTH_PATH = "/ping"
# Longer than the proxy keeps an idle connection, so that it never sends a request into one that just closed.
KEEP_ALIVE_S = 65
# How often a worker tells Gunicorn that it lives.
NOTIFY_S = 5
# The proxy limits what a request's head may be.
MAX_HEAD_BYTES = 1 << 20


class AsgiWorker(Worker):
    def run(self):
        config = uvicorn.Config(
            self.wsgi,
            log_level="warning",
            timeout_keep_alive=KEEP_ALIVE_S,
            h11_max_incomplete_event_size=MAX_HEAD_BYTES,
            proxy_headers=True,
            forwarded_allow_ips="*",  # only the proxy reaches the port, and it overwrites what a client says
            timeout_notify=NOTIFY_S,
            callback_notify=self.notify_gunicorn,
        )
        server = uvicorn.Server(config)
        # uvicorn finishes the requests in flight on SIGTERM.
        server.run(sockets=[each.sock for each in self.sockets])
        if not server.started:
            # What the application's start-up raised is in the log.
            sys.exit(Arbiter.WORKER_BOOT_ERROR)

    async def notify_gunicorn(self):
        self.notify()


WORKER = AsgiWorker


def around(application):
    """The application with what the runtime does for every funko."""
    # Frameworks take the root path from the path again, as the specification has it; a function would have to do it by itself.
    has_whole_path = not inspect.isroutine(application) and not is_old_starlette()

    async def answer(scope, receive, send):
        if scope["type"] == "http" and scope["path"] == HEALTH_PATH:
            return await say_ok(send)
        if scope["type"] in ("http", "websocket"):
            scope = with_root(scope, has_whole_path)
        await application(scope, receive, send)

    return answer


def is_old_starlette():
    """Before 0.35 Starlette (and FastAPI on it) took the path for what is behind the root path."""
    starlette = sys.modules.get("starlette")
    version = getattr(starlette, "__version__", "1").split(".")
    return [int(each) for each in version[:2] if each.isdigit()] < [0, 35]


async def say_ok(send):
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"3")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"OK\n"})


def with_root(scope, has_whole_path):
    """With the proxy's prefix as root path, so that the links that the application makes hold for the proxy's clients."""
    prefix = dict(scope["headers"]).get(b"x-forwarded-prefix", b"").rstrip(b"/")
    root = prefix.decode("latin-1")
    if not has_whole_path:
        return scope | {"root_path": root}
    return scope | {"root_path": root, "path": root + scope["path"], "raw_path": prefix + scope["raw_path"]}
