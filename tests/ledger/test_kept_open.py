"""A server opens its database once; who closes a ledger closes it for nobody else."""

import shutil
from pathlib import Path

from benchmarks.ledger import SECRET, statement

from tocsin.ledger import Ledger, Signer
from tocsin.ledger.kept_open import KeptOpen
from tocsin.policy import Reader


def test_a_database_is_opened_once_and_outlives_who_closes(tmp_path: Path) -> None:
    where, kept = tmp_path / "ledger.db", KeptOpen()
    kept.ledger(where, "cell").engine.dispose()  # there is nothing yet, and nothing is kept of it
    writer = kept.ledger(where, "cell", Signer(SECRET))
    writer.append([statement(0, "a:0")])
    first, second = kept.ledger(where, "cell"), kept.ledger(where, "cell")
    assert first.engine is second.engine is writer.engine
    first.close()
    writer.close()
    assert second.view(Reader("cell")).count() == 1
    kept.close()


def test_a_file_put_in_its_place_is_read(tmp_path: Path) -> None:
    where, other, kept = tmp_path / "ledger.db", tmp_path / "other.db", KeptOpen()
    for path, many in ((where, 1), (other, 3)):
        ledger = Ledger(path, "cell", Signer(SECRET))
        ledger.append([statement(number, "a:0") for number in range(many)])
        ledger.close()
    assert kept.ledger(where, "cell").view(Reader("cell")).count() == 1
    shutil.move(other, where)
    assert kept.ledger(where, "cell").view(Reader("cell")).count() == 3
    kept.close()
