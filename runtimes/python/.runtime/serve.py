"""Serves a funko. It loads the funko's application once, forks the workers, and on SIGTERM lets them finish what runs before it ends.
/ping is answered by the runtime; every other request by the application: here one of WSGI, in funko_asgi.py one of ASGI."""

import argparse
import importlib
import inspect
import os
import signal
import sys
import time
import traceback

from gunicorn.app.base import BaseApplication

HEALTH_PATH = "/ping"
# Longer than the proxy keeps an idle connection, so that it never sends a request into one that just closed.
KEEP_ALIVE_S = 65
# However long a request takes: whoever stops the container sets the limit, and then kills it.
FOREVER_S = 7 * 24 * 3600
APPLICATIONS = ("app", "application")
FACTORIES = ("create_app", "make_app")


class Server(BaseApplication):
    """Gunicorn, told all by its caller: no command line and no file of settings of its own."""

    def __init__(self, application, settings):
        self.application = application
        self.settings = settings
        super().__init__()

    def load_config(self):
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self):
        return self.application


def settings_of(arguments, worker_class):
    def say_ready(_server):
        print(f"{arguments.entry} listens on port {arguments.port}")

    def wait_until_sent(_server):
        # What a container's network still holds when its last process ends is lost.
        while unsent(arguments.port):
            time.sleep(0.01)

    return {
        "bind": f"0.0.0.0:{arguments.port}",
        "worker_class": worker_class,
        "workers": arguments.workers,
        "threads": arguments.threads,
        "preload_app": True,
        "keepalive": KEEP_ALIVE_S,
        "graceful_timeout": FOREVER_S,
        "worker_tmp_dir": "/dev/shm",  # in memory, and there even if the container is read-only
        "forwarded_allow_ips": "*",  # only the proxy reaches the port, and it overwrites what a client says
        # The proxy limits what a request's head may be.
        "limit_request_line": 0,
        "limit_request_field_size": 0,
        "loglevel": "warning",
        "when_ready": say_ready,
        "on_exit": wait_until_sent,
    }


def unsent(port):
    """Whether a connection to the port has bytes that the other side has not received."""
    with open("/proc/net/tcp") as connections:
        columns = [line.split() for line in connections]
    # Local address and send queue, in hexadecimal.
    return any(each[1].endswith(f":{port:04X}") and not each[4].startswith("00000000:") for each in columns)


def load(entry):
    """The application of the funko's file; ends the process if there is none."""
    module = tried(f"{entry} can't be loaded", lambda: importlib.import_module(entry.removesuffix(".py").replace("/", ".")))
    for name in APPLICATIONS:
        application = getattr(module, name, None)
        if callable(application):
            return application
    for name in FACTORIES:
        factory = getattr(module, name, None)
        if callable(factory):
            return tried(f"{name}() of {entry} fails", factory)
    fail(
        f"{entry} must have a WSGI or ASGI application named app (or application), or a function create_app that makes one; "
        f'if it listens by itself, let funko.yml say "options: {{ start: python3 {entry} }}"'
    )


def tried(what, work):
    try:
        return work()
    except Exception:
        traceback.print_exc()
        fail(what)


def is_asgi(application):
    """Whether it is called with scope, receive and send, and awaited. One of WSGI is called with two arguments (PEP 3333)."""
    if any(inspect.iscoroutinefunction(each) for each in (application, getattr(application, "__call__", None))):
        return True
    try:
        inspect.signature(application).bind("scope", "receive", "send")
    except (TypeError, ValueError):
        return False
    return not takes_two(application)


def takes_two(application):
    try:
        inspect.signature(application).bind("environ", "start_response")
    except TypeError:
        return False
    return True


def fail(what):
    sys.exit(f"The funko can't start: {what}.")


def around(application):
    """The application with what the runtime does for every funko."""

    def answer(environ, start_response):
        if environ["PATH_INFO"] == HEALTH_PATH:
            start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3")])
            return [b"OK\n"]
        # So that the links that the application makes hold for the proxy's clients.
        environ["SCRIPT_NAME"] = environ.get("HTTP_X_FORWARDED_PREFIX", "").rstrip("/")
        try:
            return application(environ, start_response)
        except SystemExit as error:
            # It would end the worker, and with it the other requests.
            raise RuntimeError("a request called sys.exit()") from error

    return answer


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("entry")
    parser.add_argument("--port", type=int, default=3000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=8)
    arguments = parser.parse_args()
    # What is printed is in the log at once, and line by line.
    sys.stdout.reconfigure(line_buffering=True)
    # The first process of a container ignores signals that it does not handle; Gunicorn handles them once it runs.
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: os._exit(0))
    runtime = sys.path[0]
    # Where the funko's own modules are, in place of this file's folder.
    sys.path[0] = os.getcwd()
    application = load(arguments.entry)
    if is_asgi(application):
        sys.path.append(runtime)
        from funko_asgi import AsgiWorker, around as around_asgi

        Server(around_asgi(application), settings_of(arguments, AsgiWorker)).run()
    else:
        # The only worker that keeps connections alive and needs no other package.
        Server(around(application), settings_of(arguments, "gthread")).run()


main()
