"""The vault opens for its key alone, and nothing in it lies about in the clear."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyrage
import pytest

from tocsin.errors import VaultClosed
from tocsin.vault import NODE_KEY, Vault, node_secret

SECRET = b"the canary of the vault"


def test_what_is_kept_is_found_again_and_can_be_forgotten(tmp_path: Path):
    Vault(tmp_path).keep("peer", SECRET)
    again = Vault(tmp_path)
    assert again.secret("peer") == SECRET
    assert again.names() == ["peer"]
    again.forget("peer")
    again.forget("peer")
    assert Vault(tmp_path).secret("peer") is None


def test_nothing_is_made_by_looking(tmp_path: Path):
    vault = Vault(tmp_path / "vault")
    assert vault.secret("peer") is None
    assert vault.names() == []
    assert not (tmp_path / "vault").exists()


def test_the_node_key_is_made_once_even_by_many_at_once(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: node_secret(Vault(tmp_path)), range(8)))
    assert len(keys) == 1
    assert len(keys.pop()) == 32
    assert Vault(tmp_path).names() == [NODE_KEY]


def test_a_passphrase_opens_and_another_does_not(tmp_path: Path):
    Vault(tmp_path, "un mot de passe").keep("peer", SECRET)
    assert Vault(tmp_path, "un mot de passe").secret("peer") == SECRET
    assert not (tmp_path / "vault.key").exists()
    with pytest.raises(VaultClosed, match="does not open"):
        Vault(tmp_path, "un autre").secret("peer")
    with pytest.raises(VaultClosed, match="needs its passphrase"):
        Vault(tmp_path).secret("peer")


@pytest.mark.parametrize("passphrase", [None, "un mot de passe"])
def test_no_file_shows_a_secret(tmp_path: Path, passphrase: str | None):
    Vault(tmp_path, passphrase).keep("peer", SECRET)
    for path in tmp_path.rglob("*"):
        assert SECRET not in path.read_bytes()
        assert b"peer" not in path.read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX modes")
def test_a_key_that_others_may_read_is_refused(tmp_path: Path):
    Vault(tmp_path).keep("peer", SECRET)
    key = tmp_path / "vault.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets.age").stat().st_mode) == 0o600
    key.chmod(0o644)
    with pytest.raises(VaultClosed, match="chmod 600"):
        Vault(tmp_path).secret("peer")


def test_a_key_may_lie_elsewhere_and_must_be_there(tmp_path: Path):
    elsewhere = tmp_path / "stick" / "cell.key"
    Vault(tmp_path / "vault", key_file=elsewhere).keep("peer", SECRET)
    assert Vault(tmp_path / "vault", key_file=elsewhere).secret("peer") == SECRET
    with pytest.raises(VaultClosed, match="not there"):
        Vault(tmp_path / "vault").secret("peer")
    elsewhere.write_text("no key")
    with pytest.raises(VaultClosed, match="not a key"):
        Vault(tmp_path / "vault", key_file=elsewhere).secret("peer")


def test_a_changed_box_does_not_open(tmp_path: Path):
    Vault(tmp_path).keep("peer", SECRET)
    box = tmp_path / "secrets.age"
    content = bytearray(box.read_bytes())
    content[-1] ^= 1
    box.write_bytes(content)
    with pytest.raises(VaultClosed):
        Vault(tmp_path).secret("peer")


def test_what_is_encrypted_to_the_vault_is_for_the_vault(tmp_path: Path):
    vault = Vault(tmp_path / "one")
    to = pyrage.x25519.Recipient.from_str(vault.recipient)
    assert vault.decrypt(pyrage.encrypt(SECRET, [to])) == SECRET
    with pytest.raises(VaultClosed, match="another key"):
        Vault(tmp_path / "two").decrypt(pyrage.encrypt(SECRET, [to]))
