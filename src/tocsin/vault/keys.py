"""The node's signing key, made on first use and kept in the vault."""

import secrets

from tocsin.vault.box import Vault

NODE_KEY = "node-key"
KEY_BYTES = 32  # an Ed25519 seed (RFC 8032)


def node_secret(vault: Vault) -> bytes:
    """The seed of the node's Ed25519 key; the first call makes it.

    Raises
    ------
    VaultClosed, if the vault cannot be opened.
    """
    return vault.secret_or(NODE_KEY, lambda: secrets.token_bytes(KEY_BYTES))
