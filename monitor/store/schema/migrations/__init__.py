"""Migrations: one file a schema version, run by Alembic; they never import the rest of the program."""
