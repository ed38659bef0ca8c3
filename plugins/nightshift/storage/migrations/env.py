"""Alembic's entry point: runs the migrations on the engine that Database hands over."""

from alembic import context
from sqlalchemy import text

from nightshift.storage.tables import Base

# One transaction around all migrations: left to itself, Alembic commits each on SQLite, and a process that starts at
# the same time would come in between.
with context.config.attributes["engine"].begin() as connection:
    if connection.dialect.name == "postgresql":
        # Every process migrates at its start, and two that create the same table at once fail. SQLite's transactions
        # begin with the write lock already. The number has no meaning; it ends with the transaction.
        connection.execute(text("SELECT pg_advisory_xact_lock(7244637)"))
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
