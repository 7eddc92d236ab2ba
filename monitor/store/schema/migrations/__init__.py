"""Migrations: one file a schema version, run by Alembic; they import nothing of the program."""
