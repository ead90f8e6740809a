"""Statements that earlier versions wrote are read as they were signed, field for field.

A kind may gain a field only with a default, which is left out when written: the hash of what was
signed before the field existed stays the same. Each file here holds what one earlier form wrote.
"""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from tocsin.ledger.sealing import content_of
from tocsin.tables.statements import statement_from_json

LINES = [
    line
    for path in sorted((Path(__file__).parent / "earlier").glob("*.jsonl"))
    for line in path.read_bytes().splitlines()
]


@pytest.mark.parametrize("line", LINES, ids=lambda line: json.loads(line)["id"][:13])
def test_the_hash_is_still_of_what_was_signed(line: bytes) -> None:
    statement = statement_from_json(line)
    assert sha256(content_of(statement)).hexdigest() == json.loads(line)["hash"]


def test_every_kind_that_gained_a_field_is_among_them() -> None:
    kinds = {json.loads(line)["kind"] for line in LINES}
    assert {"commitment", "calendar_item", "ddr_caseload"} <= kinds
