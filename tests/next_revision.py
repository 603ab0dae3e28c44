"""A revision that does not exist yet: what a later release may do to a filled database."""

import shutil
from pathlib import Path

import pytest

from storage.revisions import REVISIONS

REBUILDS_HOSTS = '''
"""Builds `hosts` anew, which has children that are deleted with it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("hosts", recreate="always") as batch:
        batch.add_column(sa.Column("note", sa.Text()))


def downgrade() -> None:
    with op.batch_alter_table("hosts", recreate="always") as batch:
        batch.drop_column("note")
'''

ADDS_A_COLUMN = REBUILDS_HOSTS.replace(', recreate="always"', "")
"""The same without building anything anew, which PostgreSQL does not let happen to a table that has children."""

FAILS_HALFWAY = '''
"""Deletes a table, then fails."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("notifications")
    op.execute("INSERT INTO nowhere VALUES (1)")


def downgrade() -> None:
    pass
'''


def release_with(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes this program one that has one revision more."""
    scripts = folder / "migrations 100%"
    shutil.copytree(Path("storage/migrations").absolute(), scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "0007_next.py").write_text(script)
    monkeypatch.setattr("storage.migration._SCRIPTS", scripts)
    monkeypatch.setattr("storage.revisions.REVISIONS", (*REVISIONS, "0007"))
