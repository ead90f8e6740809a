"""Alembic's entry: it runs on the connection that the ledger hands it, never on its own."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], target_metadata=None)
with context.begin_transaction():
    context.run_migrations()
