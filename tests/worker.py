"""One of several processes: ``python -m tests.worker MODULE:FUNCTION ARGUMENTS``.

Says "ready", waits for a line, calls the function with the arguments (a JSON list), and
prints what it returns as JSON.
"""

import json
import sys
from importlib import import_module

import django


def main(job: str, arguments: str) -> None:
    django.setup()
    from django.db import connection

    module, name = job.split(":")
    function = getattr(import_module(module), name)
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(function(*json.loads(arguments))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
