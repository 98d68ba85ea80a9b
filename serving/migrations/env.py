"""What Alembic runs around the scripts: they go into the transaction of whoever writes."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
