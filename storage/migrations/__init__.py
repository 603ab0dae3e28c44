"""Alembic's scripts: what each schema revision changes."""
