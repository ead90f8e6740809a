"""A node's process: it runs one `tocsin` command after another, as a shell beside it would."""

import contextlib
import io
import json
import sys
from typing import Any


def run(args: list[str]) -> dict[str, Any]:
    from tocsin.cli.main import main

    out, err = io.StringIO(), io.StringIO()
    code: Any = 0
    sys.argv = ["tocsin", *args]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as left:
            code = left.code
    return {"code": int(code or 0), "out": out.getvalue(), "err": err.getvalue()}


if __name__ == "__main__":
    for line in sys.stdin:
        sys.__stdout__.write(json.dumps(run(json.loads(line))) + "\n")
        sys.__stdout__.flush()
