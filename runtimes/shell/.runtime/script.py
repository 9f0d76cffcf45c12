"""A script as the answer to a request: variables as CGI has them (RFC 3875) and the body go in, a body comes out.

Body and answer pass through files, so that a slow client holds no script, neither side can block the other, and the
exit status is known before the first byte is answered."""

import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from urllib.parse import parse_qsl

# What the script gets of a request, beside HTTP_*.
CGI = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "REMOTE_ADDR", "SERVER_PROTOCOL", "RAW_URI")
# An answer whose first line is one of these begins with header lines (RFC 3875, section 6.3).
FIRST_HEADER = re.compile(rb"(?i)(content-type|status|location):")
MAX_HEADERS = 65_536
HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\x80-\xff\t]*)")
STATUS = re.compile(r"[2-5][0-9][0-9]( [\x20-\x7e]*)?")
# The runtime's own; a script that names them would make an answer that can't be read.
NOT_THE_SCRIPTS = {"connection", "content-length", "date", "keep-alive", "server", "status", "transfer-encoding"}
# Between SIGTERM and SIGKILL when a script's time is over.
GRACE_S = 2


class BadOutput(Exception):
    """The script's header lines can't be understood."""


class Script:
    def __init__(self, entry, content_type, time_limit):
        path = os.path.abspath(entry)
        self.entry = entry
        self.command = [path] if os.access(path, os.X_OK) else ["sh", path]
        self.content_type = content_type
        self.time_limit = time_limit

    def run(self, environ, runs):
        """One run for one request, when `runs` (a semaphore) lets it. Gives status, headers, and the body or None."""
        with tempfile.TemporaryFile() as body:
            shutil.copyfileobj(environ["wsgi.input"], body)
            length = body.tell()
            body.seek(0)
            # Gunicorn sends from where the descriptor stands: nothing may be read ahead.
            output = tempfile.TemporaryFile(buffering=0)
            try:
                with runs:
                    failure = self.execute(variables(environ, length), body, output)
                return failed(environ, *failure) if failure else self.answer(environ, output)
            except BadOutput as error:
                return failed(environ, "500 Internal Server Error", str(error))
            except OSError as error:
                return failed(environ, "500 Internal Server Error", f"{self.entry} can't be run: {error}")

    def execute(self, variables, body, output):
        """Runs the script to its end. Gives None, or the status and the reason of its failure."""
        process = subprocess.Popen(
            self.command, stdin=body, stdout=output, env=variables, start_new_session=True
        )
        in_time = ended_within(process, self.time_limit)
        if not in_time:
            signal_group(process, signal.SIGTERM)
            ended_within(process, GRACE_S)
        # What it left in the background ends with it; its own status is kept until it is waited for.
        signal_group(process, signal.SIGKILL)
        status = process.wait()
        if not in_time:
            return "504 Gateway Timeout", f"not done after {self.time_limit} s"
        if status != 0:
            return "500 Internal Server Error", how_it_ended(status)
        return None

    def answer(self, environ, output):
        size = output.seek(0, os.SEEK_END)
        output.seek(0)
        status, headers = "200 OK", []
        if FIRST_HEADER.match(output.read(16)):
            output.seek(0)
            status, headers = read_headers(output)
        else:
            output.seek(0)
        if not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("Content-Type", self.content_type))
        if status[:3] in ("204", "304"):
            return status, headers, None
        headers.append(("Content-Length", str(size - output.tell())))
        return status, headers, None if environ["REQUEST_METHOD"] == "HEAD" else output


def variables(environ, length):
    """The script's environment: the container's, CGI's, and QUERY_name for each parameter that can be a variable."""
    # A client's header "Proxy" must not become the proxy that curl asks.
    headers = (name for name in environ if name.startswith("HTTP_") and name != "HTTP_PROXY")
    given = {name: as_it_came(environ[name]) for name in (*CGI, *headers) if environ.get(name)}
    given["CONTENT_LENGTH"] = str(length)
    given["GATEWAY_INTERFACE"] = "CGI/1.1"
    given["SCRIPT_NAME"] = given.get("HTTP_X_FORWARDED_PREFIX", "").rstrip("/")
    given.setdefault("QUERY_STRING", "")
    for name, value in parse_qsl(given["QUERY_STRING"], keep_blank_values=True, errors="surrogateescape"):
        if re.fullmatch(r"\w+", name, re.ASCII):
            given.setdefault(f"QUERY_{name}", value)
    return os.environ | {name: value for name, value in given.items() if "\0" not in value}


def as_it_came(value):
    """WSGI's texts are bytes in Latin-1 (PEP 3333)."""
    return os.fsdecode(value.encode("latin-1"))


def ended_within(process, seconds):
    """Waits for the end without reaping, and without the polling of Popen.wait(timeout)."""
    descriptor = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    finally:
        os.close(descriptor)


def signal_group(process, number):
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass


def how_it_ended(status):
    return f"exit status {status}" if status > 0 else f"killed by {signal.Signals(-status).name}"


def read_headers(output):
    status, headers = None, []
    while (line := read_line(output)) != "":
        match = HEADER.fullmatch(line)
        if not match:
            raise BadOutput(f"{line!r} is no header line; an empty line ends the headers")
        name, value = match[1], match[2].rstrip()
        if name.lower() == "status":
            if not STATUS.fullmatch(value):
                raise BadOutput(f"{value!r} is no status, such as 404 Not Found")
            status = value if " " in value else f"{value} "
        elif name.lower() not in NOT_THE_SCRIPTS:
            headers.append((name, value))
    redirects = any(name.lower() == "location" for name, _ in headers)
    return status or ("302 Found" if redirects else "200 OK"), headers


def read_line(output):
    line = output.readline(MAX_HEADERS)
    if not line.endswith(b"\n"):
        raise BadOutput("its header lines have no end: an empty line is missing")
    return line.rstrip(b"\r\n").decode("latin-1")


def failed(environ, status, reason):
    print(f"{environ['REQUEST_METHOD']} {environ['RAW_URI'].split('?', 1)[0]} failed: {reason}", file=sys.stderr, flush=True)
    text = tempfile.TemporaryFile(buffering=0)
    text.write(status[4:].encode() + b"\n")
    length = text.tell()
    text.seek(0)
    return status, [("Content-Type", "text/plain"), ("Content-Length", str(length))], text
