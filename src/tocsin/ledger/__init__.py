"""The ledger: one append-only log of signed statements, and the one way to read it."""

from tocsin.ledger.sealing import Signer
from tocsin.ledger.store import Appended, Ledger

__all__ = ["Appended", "Ledger", "Signer"]
