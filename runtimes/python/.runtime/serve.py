"""Serves a funko. It loads the funko's application once, forks the workers, and on SIGTERM lets them finish what runs before it ends.
/ping is answered by the runtime; every other request by the application: see funko_wsgi.py and funko_asgi.py."""

import argparse
import os
import signal
import sys
import time

from gunicorn.app.base import BaseApplication

# Longer than the proxy keeps an idle connection, so that it never sends a request into one that just closed.
KEEP_ALIVE_S = 65
# However long a request takes: whoever stops the container sets the limit, and then kills it.
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
        "workers": int(os.environ.get("WEB_CONCURRENCY", arguments.workers)),
        "threads": arguments.threads,
        "preload_app": True,
        "keepalive": KEEP_ALIVE_S,
        "graceful_timeout": FOREVER_S,
        "worker_tmp_dir": "/dev/shm",  # in memory, and there even if the container is read-only
        "forwarded_allow_ips": "*",  # only the proxy reaches the port, and it overwrites what a client says
        # No header of a client's becomes a part of the address.
        "forwarder_headers": "",
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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("entry")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", 3000)))
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=8)
    arguments = parser.parse_args()
    # What is printed is in the log at once, and line by line.
    sys.stdout.reconfigure(line_buffering=True)
    # The first process of a container ignores signals that it does not handle; Gunicorn handles them once it runs.
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: os._exit(0))
    runtime = sys.path[0]
    # Where the funko's own modules are, in place of this file's folder; what the runtime has comes last.
    sys.path[0] = os.getcwd()
    sys.path.append(runtime)
    from funko_load import kind_of, load

    application = load(arguments.entry)
    kind = kind_of(application)
    if is_django():
        import funko_django

        application = funko_django.around(application, kind)
    if kind == "asgi":
        from funko_asgi import WORKER, around
    else:
        from funko_wsgi import WORKER, around
    Server(around(application), settings_of(arguments, WORKER)).run()


def is_django():
    """Whether the application has loaded Django's settings."""
    conf = sys.modules.get("django.conf")
    return conf is not None and conf.settings.configured


main()
