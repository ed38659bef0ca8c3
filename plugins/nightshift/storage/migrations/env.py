"""Alembic's entry point: runs the migrations on the engine that Database hands over."""

from alembic import context

from nightshift.storage.tables import Base

with context.config.attributes["engine"].connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
