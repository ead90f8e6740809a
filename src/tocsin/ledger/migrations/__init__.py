"""How the ledger's tables came to be, one step a file. `upgrade` brings a store up to date."""
