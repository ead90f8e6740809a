"""A passphrase is slow to guess: what the program makes, when no test makes it cheaper."""

import re
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import argon2
import pyrage
import pytest
from tests.stretching import BY_THE_PROGRAM, seal

from tocsin.vault import Vault
from tocsin.vault.accounts import make_account
from tocsin.vault.persons import enrol

WORDS = "four plain words here"
LEAST = 15  # 2^15 rounds of scrypt, 32 MB; age takes as many as this machine does in a second


@pytest.fixture
def at_full_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyrage.passphrase, "encrypt", BY_THE_PROGRAM[0])
    monkeypatch.setattr(argon2, "PasswordHasher", BY_THE_PROGRAM[1])


def rounds(sealed: bytes) -> int:
    """What an age file for a passphrase says of its own cost."""
    found = re.match(rb"age-encryption\.org/v1\n-> scrypt [\w+/]+ (\d+)\n", sealed)
    assert found
    return int(found[1])


@pytest.mark.usefixtures("at_full_cost")
def test_a_vault_and_a_person_are_sealed_at_full_cost_and_open(tmp_path: Path) -> None:
    Vault(tmp_path, WORDS).keep("peer", b"secret")
    assert rounds((tmp_path / "vault.key.age").read_bytes()) >= LEAST
    assert Vault(tmp_path, WORDS).secret("peer") == b"secret"
    made = enrol(Vault(tmp_path / "of-persons"), "duty-1", WORDS, datetime.now(UTC))
    assert rounds(b64decode(made.sealed)) >= LEAST


@pytest.mark.usefixtures("at_full_cost")
def test_an_account_is_hashed_by_argon2id_at_the_cost_of_the_rfc(tmp_path: Path) -> None:
    made = make_account(Vault(tmp_path), "duty-1", "reader", WORDS)
    cost = argon2.extract_parameters(made.hashed)
    assert cost.type is argon2.Type.ID
    assert cost.memory_cost >= 1 << 16  # kibibytes, and the passes below: RFC 9106, section 4
    assert cost.time_cost >= 3


@pytest.mark.parametrize("length", [0, 1, 65535, 65536, 65537])
def test_the_cheap_seal_of_the_tests_is_a_genuine_one(length: int) -> None:
    sealed = seal(b"x" * length, WORDS)
    assert rounds(sealed) == 10
    assert pyrage.passphrase.decrypt(sealed, WORDS) == b"x" * length
    with pytest.raises(pyrage.DecryptError):
        pyrage.passphrase.decrypt(sealed, WORDS + ".")
    with pytest.raises(pyrage.DecryptError):
        pyrage.passphrase.decrypt(sealed[:-1] + bytes([sealed[-1] ^ 1]), WORDS)
