import os

from flask import Flask, request

app = Flask(__name__)


# /funko/NAME/some/path?name=Ada arrives here as /some/path?name=Ada.
@app.route("/", methods=["GET", "POST"])
def hello():
    given = request.get_json() if request.method == "POST" else {}
    name = given.get("name") or request.args.get("name") or "world"
    return {"message": f"{os.environ['GREETING']}, {name}!"}
