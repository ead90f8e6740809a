"""What must never travel: keys and secrets, in an encrypted file of their own."""

from tocsin.vault.box import Vault
from tocsin.vault.keys import FIRST_NODE_KEY, NODE_KEY, change_node_secret, node_secret
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
    "FIRST_NODE_KEY",
    "NODE_KEY",
    "Person",
    "Token",
    "Vault",
    "change_node_secret",
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
