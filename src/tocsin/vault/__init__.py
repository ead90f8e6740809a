"""What must never travel: keys and secrets, in an encrypted file of their own."""

from tocsin.vault.box import Vault
from tocsin.vault.keys import NODE_KEY, node_secret
from tocsin.vault.persons import (
    Person,
    dismiss,
    enrol,
    person,
    persons,
    require_another_person,
)
from tocsin.vault.tokens import Token, make_token, revoke_token, tokens

__all__ = [
    "NODE_KEY",
    "Person",
    "Token",
    "Vault",
    "dismiss",
    "enrol",
    "make_token",
    "node_secret",
    "person",
    "persons",
    "require_another_person",
    "revoke_token",
    "tokens",
]
