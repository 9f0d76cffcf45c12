"""Serves a funko: one run of its script for every request. HTTP is Gunicorn's; what a script gets and what its output
means are in script.py. On SIGTERM the scripts that run may finish. /ping is answered here."""

import argparse
import os
import sys
import threading

from gunicorn.app.base import BaseApplication
from script import Script

HEALTH_PATH = "/ping"
# Requests that wait for a script to end; more are told to come again, and /ping always finds a thread.
WAITING = 64
SPARE_THREADS = 4
# Longer than the proxy keeps an idle connection, so that it never sends a request into one that just closed.
KEEP_ALIVE_S = 65
# Scripts have a time limit of their own; whoever stops the container sets another.
FOREVER_S = 7 * 24 * 3600


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


def settings_of(arguments):
    def say_ready(_server):
        print(f"{arguments.entry} answers on port {arguments.port}", flush=True)

    return {
        "bind": f"0.0.0.0:{arguments.port}",
        "worker_class": "gthread",
        "workers": 1,
        "threads": arguments.concurrency + WAITING + SPARE_THREADS,
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
    }


def within_limits(script, concurrency):
    """The script as a WSGI application: so many runs at once, so many requests that wait for one."""
    places = threading.BoundedSemaphore(concurrency + WAITING)
    runs = threading.BoundedSemaphore(concurrency)

    def answer(environ, start_response):
        if environ["PATH_INFO"] == HEALTH_PATH:
            return say(start_response, "200 OK", "OK\n")
        if not places.acquire(blocking=False):
            return say(start_response, "503 Service Unavailable", "busy\n", [("Retry-After", "1")])
        try:
            status, headers, body = script.run(environ, runs)
        finally:
            places.release()
        start_response(status, headers)
        return environ["wsgi.file_wrapper"](body) if body else []

    return answer


def say(start_response, status, text, headers=()):
    body = text.encode()
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(body))), *headers])
    return [body]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("entry")
    parser.add_argument("--port", type=int, default=3000)
    parser.add_argument("--content-type", default="text/plain; charset=utf-8")
    parser.add_argument("--time-limit", type=int, default=60)
    parser.add_argument("--concurrency", type=int, default=8)
    arguments = parser.parse_args()
    if not os.path.isfile(arguments.entry):
        sys.exit(f"The funko can't start: there is no file {arguments.entry}.")
    script = Script(arguments.entry, arguments.content_type, arguments.time_limit)
    Server(within_limits(script, arguments.concurrency), settings_of(arguments)).run()


main()
