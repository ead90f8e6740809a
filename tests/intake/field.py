"""What the tests of reports share: commands as a user types them, invented messages, a gateway."""

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from tocsin.cli.main import app
from tocsin.intake.sms import checksum

PHONE = "+1 555 010 0199"  # of the numbers that are kept for fiction
OTHER_PHONE = "+1 555 010 0142"
GATEWAY = """\
channels:
  field: {kind: drop, folder: out/sms, form: sms, to: "{number}"}
reporters: {sms: field}
"""


def run(*arguments: object, code: int = 0, typed: str = "") -> Result:
    """One command; it must end with `code`."""
    result = CliRunner().invoke(app, [str(one) for one in arguments], input=typed or None)
    if code == 0 and result.exception:
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def answered(*arguments: object) -> object:
    """What a command says as JSON."""
    return json.loads(run(*arguments, "--json").stdout)


def message(text: str) -> str:
    """A short message with its checksum."""
    return f"{text}#{checksum(text)}"


def send(folder: Path, *lines: tuple[str, str]) -> list[dict]:
    """Take in messages, each with its sender; the reports held then, the oldest first."""
    path = folder / "messages.txt"
    path.write_text("".join(f"{who}\t{message(text)}\n" for who, text in lines), "utf-8")
    run("reports", "import", path)
    return list(reversed(answered("reports", "list")))  # type: ignore[call-overload]


def letters(store: Path) -> list[str]:
    """What waits for the gateway, the first written first."""
    folder = store / "out" / "sms"
    found = folder.glob("*.sms") if folder.is_dir() else ()
    return [one.read_text() for one in sorted(found, key=lambda one: one.stat().st_mtime_ns)]


def verify(name: str, status: str = "verified", grade: str = "B2") -> None:
    """A second person's verdict."""
    run("reports", "verify", name, status, "--verifier", "v-2", "--grade", grade,
        "--reason", "two callers")  # fmt: skip
