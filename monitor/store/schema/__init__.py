"""The schema: tables, columns, migrations."""
