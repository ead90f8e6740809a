"""What must never travel: keys and secrets, in an encrypted file of their own."""

from tocsin.vault.box import Vault
from tocsin.vault.keys import NODE_KEY, node_secret

__all__ = ["NODE_KEY", "Vault", "node_secret"]
