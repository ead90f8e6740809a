"""The node's signing key, made on first use and kept in the vault."""

import secrets

from tocsin.vault.box import Vault

NODE_KEY = "node-key"
FIRST_NODE_KEY = "first-node-key"  # kept once the key was changed: ids are made with it
KEY_BYTES = 32  # an Ed25519 seed (RFC 8032)


def node_secret(vault: Vault) -> bytes:
    """The seed of the node's Ed25519 key; the first call makes it.

    Raises
    ------
    VaultClosed, if the vault cannot be opened.
    """
    return vault.secret_or(NODE_KEY, lambda: secrets.token_bytes(KEY_BYTES))


def change_node_secret(vault: Vault, new: bytes) -> None:
    """Put a new seed in place of the node's; what makes ids stays as it was."""
    if vault.secret(FIRST_NODE_KEY) is None:
        vault.keep(FIRST_NODE_KEY, node_secret(vault))
    vault.keep(NODE_KEY, new)
