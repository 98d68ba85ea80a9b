"""How the store's tables came to have the form that they have; Alembic's scripts."""
