"""Canonical JSON, Merkle proofs and signatures, against public vectors and against themselves."""

import base64
import json
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import CheckFailed
from tocsin.ledger import merkle
from tocsin.ledger.canonical import canonical
from tocsin.ledger.sealing import Signer, is_signed, key_id, verify_raw

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
@settings(max_examples=400)
def test_quick_way_writes_what_the_reference_writes(value):
    assert canonical(value) == rfc8785.dumps(value)


# Strings that look like numbers which are written otherwise, and end where they seem not to.
TRICKY = st.text('0159.eE-:,[]{}"\\ ', max_size=10)


@given(st.dictionaries(TRICKY, TRICKY | st.lists(TRICKY | st.floats(-9, 9), max_size=3)))
@settings(max_examples=300)
def test_a_string_that_looks_like_a_number_is_no_number(value):
    assert canonical(value) == rfc8785.dumps(value)


@given(st.text(st.characters(max_codepoint=0x200), max_size=8))
def test_every_control_character_is_written_as_the_reference_does(text):
    assert canonical({text: [text]}) == rfc8785.dumps({text: [text]})


@pytest.mark.parametrize("number", [2**53, -(2**60), 10**30])
def test_a_number_that_others_would_read_differently_is_refused(number):
    with pytest.raises(CheckFailed):
        canonical({"n": number})


@pytest.mark.mirror
def test_public_canonical_json_vectors(mirror: Path):
    inputs = sorted((mirror / "vectors" / "jcs").glob("*.input.json"))
    assert len(inputs) == 6
    for given_file in inputs:
        expected = given_file.with_name(given_file.name.replace(".input.", ".output."))
        assert canonical(json.loads(given_file.read_text("utf-8"))) == expected.read_bytes().strip()


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 511))
def test_another_library_makes_and_accepts_the_same_signatures(secret, message, bit):
    other = Ed25519PrivateKey.from_private_bytes(secret)
    signer = Signer(secret)
    assert signer.public == other.public_key().public_bytes_raw()
    signature = other.sign(message)
    assert signer.sign_hash(message).endswith(
        base64.b64encode(other.sign(b"tocsin statement v1\x00" + message)).decode()
    )
    assert verify_raw(signer.public, signature, message)
    assert not verify_raw(signer.public, signature, message + b"x")
    broken = bytearray(signature)
    broken[bit // 8] ^= 1 << bit % 8
    assert not verify_raw(signer.public, bytes(broken), message)
    for short in (signature[:-1], signature + b"x", b""):
        assert not verify_raw(signer.public, short, message)
        assert not verify_raw(short[:31], signature, message)


@pytest.mark.mirror
def test_public_inclusion_vectors(mirror: Path):
    cases = _cases(mirror / "vectors" / "merkle" / "inclusion.jsonl")
    for case in cases:
        accepted = merkle.is_included(
            _bytes(case["leafHash"]),
            case["leafIdx"],
            case["treeSize"],
            [_bytes(step) for step in case["proof"] or []],
            _bytes(case["root"]),
        )
        assert accepted != case["wantErr"], case["case"]
    assert len(cases) > 90


@pytest.mark.mirror
def test_public_consistency_vectors(mirror: Path):
    cases = _cases(mirror / "vectors" / "merkle" / "consistency.jsonl")
    for case in cases:
        accepted = merkle.is_consistent(
            case["size1"],
            case["size2"],
            [_bytes(step) for step in case["proof"] or []],
            _bytes(case["root1"]),
            _bytes(case["root2"]),
        )
        assert accepted != case["wantErr"], case["case"]
    assert len(cases) > 50


@pytest.mark.mirror
def test_public_signature_vectors(mirror: Path):
    suite = json.loads((mirror / "vectors" / "ed25519" / "wycheproof_ed25519.json").read_text())
    checked = 0
    for group in suite["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            genuine = verify_raw(public, bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
            assert genuine == (case["result"] == "valid"), case["tcId"]
            checked += 1
    assert checked > 100


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_proofs_hold_for_their_leaf_and_no_other(entries, data):
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    root = merkle.root_of(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = merkle.inclusion_proof(leaves, index)
    assert merkle.is_included(leaves[index], index, len(leaves), proof, root)
    assert not merkle.is_included(merkle.leaf_hash(b"other!"), index, len(leaves), proof, root)
    old = data.draw(st.integers(1, len(leaves)))
    shown = merkle.consistency_proof(leaves, old)
    assert merkle.is_consistent(old, len(leaves), shown, merkle.root_of(leaves[:old]), root)


@given(st.lists(st.binary(max_size=4), max_size=60), st.integers(0, 60))
def test_a_frontier_continues_where_it_was_written_down(entries, cut):
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    first = merkle.Frontier()
    first.extend(leaves[:cut])
    again = merkle.Frontier(first.size, first.to_bytes())
    again.extend(leaves[cut:])
    assert again.root() == merkle.root_of(leaves)
    assert again.size == len(leaves)


def test_a_signature_names_its_key_and_holds_for_one_hash():
    signer, stranger = Signer(b"\x01" * 32), Signer(b"\x02" * 32)
    digest = sha256(b"content").digest()
    keys = {signer.key_id: signer.public}
    signature = signer.sign_hash(digest)
    assert signature.startswith(key_id(signer.public))
    assert is_signed(signature, digest, keys)
    assert not is_signed(signature, sha256(b"other").digest(), keys)
    assert not is_signed(stranger.sign_hash(digest), digest, keys)
    assert not is_signed(signer.sign_head(digest), digest, keys)
    assert not is_signed(signature[:-4] + "!!!!", digest, keys)


def _cases(path: Path) -> list[dict]:
    return [msgspec.json.decode(line) for line in path.read_text().splitlines() if line]


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
