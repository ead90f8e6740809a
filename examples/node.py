"""A node's process: it runs one `tocsin` command after another, as a shell beside it would."""

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


class Node:
    """A process that runs `tocsin` on a store of its own, command after command."""

    def __init__(self, home: Path, lang: str = "en"):
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith("TOCSIN_")
        } | {"TOCSIN_HOME": str(home), "TOCSIN_LANG": lang}
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *args: str) -> dict[str, Any]:
        """One command: its exit code, what it printed, what it complained about."""
        return self._asked({"args": args})

    def move(self, home: Path) -> None:
        """Go on with another store, as a shell does that is given another TOCSIN_HOME."""
        self._asked({"home": str(home)})

    def _asked(self, what: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        done: dict[str, Any] = json.loads(self._process.stdout.readline())
        return done

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Run the command, or go on with another store."""
    if "home" in asked:
        os.environ["TOCSIN_HOME"] = asked["home"]
        return {}
    return run(asked["args"])


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
        sys.__stdout__.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.__stdout__.flush()
