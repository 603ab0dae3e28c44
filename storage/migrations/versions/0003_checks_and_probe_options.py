"""What hosts are asked besides, and how each one's probe reads."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SWITCHES = ("sudo", "all_mounts", "all_interfaces", "compression")


def upgrade() -> None:
    op.add_column("hosts", sa.Column("reader", sa.String(16), nullable=False, server_default="auto"))
    op.add_column("hosts", sa.Column("top_processes", sa.Integer()))
    for name in _SWITCHES:
        op.add_column("hosts", sa.Column(name, sa.Boolean(name=name), nullable=False, server_default=sa.false()))
    op.create_table(
        "checks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False, comment="unit, http, tcp, command, prometheus"),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("host_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=True),
        sa.Column("group_name", sa.String(64)),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["hosts.id"], name="fk_checks_host_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_checks"),
        comment="What hosts are asked besides: units, addresses, and numbers of the user's own",
    )


def downgrade() -> None:
    op.drop_table("checks")
    for name in reversed(_SWITCHES):
        op.drop_column("hosts", name)
    op.drop_column("hosts", "top_processes")
    op.drop_column("hosts", "reader")
