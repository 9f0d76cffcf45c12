"""Links that expire, signed with a secret.

POST /funko/python-links/?minutes=10  {"path": "/report.pdf"}  → {"url": "https://…/report.pdf?expires=…&signature=…"}
GET  /funko/python-links/check?path=…&expires=…&signature=…     → {"valid": true}
"""

import hmac
import os
import time
from pathlib import Path

from flask import Flask, request

app = Flask(__name__)

KEY_FILE = Path("/run/secrets/KEY")
KEY = KEY_FILE.read_bytes().strip() if KEY_FILE.exists() else b"for trying it out only"


def sign(path, expires):
    return hmac.new(KEY, f"{path}\n{expires}".encode(), "sha256").hexdigest()


@app.post("/")
def make():
    path = request.get_json().get("path")
    if not isinstance(path, str) or not path.startswith("/"):
        return {"error": 'path must be a text that begins with "/"'}, 400
    expires = int(time.time()) + 60 * request.args.get("minutes", 60, type=int)
    return {"url": f"{os.environ['BASE_URL']}{path}?expires={expires}&signature={sign(path, expires)}"}


@app.get("/check")
def check():
    path, expires, signature = (request.args.get(name, "") for name in ("path", "expires", "signature"))
    valid = hmac.compare_digest(signature.encode(), sign(path, expires).encode())
    return {"valid": valid and int(expires) > time.time()}
