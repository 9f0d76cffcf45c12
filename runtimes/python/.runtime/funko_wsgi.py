"""Serves an application of WSGI (Flask, Django, Bottle, …) in threads of Gunicorn's workers."""

HEALTH_PATH = "/ping"
# The only worker that keeps connections alive and needs no other package.
WORKER = "gthread"


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
