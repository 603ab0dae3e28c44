"""Hosts are in a group, and have tags."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("hosts", sa.Column("group_name", sa.String(64)))
    op.add_column("hosts", sa.Column("tags", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("hosts", "tags")
    op.drop_column("hosts", "group_name")
