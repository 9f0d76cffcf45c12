"""Prints the dependencies that a pyproject.toml names, one a line, as pip reads them: dependencies.py FILE"""

import sys
import tomllib

with open(sys.argv[1], "rb") as file:
    project = tomllib.load(file)["project"]
print(*project.get("dependencies", []), sep="\n")
