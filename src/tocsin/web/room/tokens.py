"""What a form of ours carries: only who holds the cookie can know it, and no two are the same.

A token is a pad and what the pad hides. Pages are packed (`web.packing`); a secret that stood on
each of them in the same letters could be guessed at by how small they pack.
"""

from hashlib import blake2b
from hmac import compare_digest
from os import urandom

_SIZE = 16  # bytes


def token_of(secret: str) -> str:
    """A token for who holds a secret; another each time.

    >>> token_of("a") == token_of("a"), is_token_of("a", token_of("a"))
    (False, True)
    """
    pad = urandom(_SIZE)
    return (pad + _hidden(pad, _mark(secret))).hex()


def is_token_of(secret: str, token: str) -> bool:
    """Whether a form that carries a token was made for who holds a secret.

    >>> is_token_of("a", token_of("b")), is_token_of("a", "é"), is_token_of("a", "")
    (False, False, False)
    """
    try:
        told = bytes.fromhex(token)
    except ValueError:
        return False
    pad, rest = told[:_SIZE], told[_SIZE:]
    return len(rest) == _SIZE and compare_digest(_hidden(pad, rest), _mark(secret))


def _mark(secret: str) -> bytes:
    return blake2b(secret.encode(), key=b"tocsin-form", digest_size=_SIZE).digest()


def _hidden(pad: bytes, mark: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(pad, mark, strict=True))
