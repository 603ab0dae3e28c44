"""Several pollers on one database: who they are, which hosts each holds, and secrets on their way to them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for column in (
        sa.Column("name", sa.String(255), nullable=False, server_default=""),
        sa.Column("user", sa.String(255), nullable=False, server_default=""),
        sa.Column("epoch", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("public_key", sa.LargeBinary(32)),
        sa.Column("keyring_id", sa.String(36)),
        sa.Column("lacking", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("figures", sa.JSON(none_as_null=True)),
    ):
        op.add_column("pollers", column)
    op.create_index("ix_pollers_name", "pollers", ["name"])
    op.create_table(
        "host_leases",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column("poller_id", sa.String(36), nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), comment="null for as long as it holds"),
        sa.PrimaryKeyConstraint("id", name="pk_host_leases"),
        comment="Which poller reads, or read, a host; measurements of that time are its own to write",
        sqlite_autoincrement=True,
    )
    open_lease = sa.text("until_at IS NULL")
    op.create_index(
        "uq_host_leases_host_id_open",
        "host_leases",
        ["host_id"],
        unique=True,
        sqlite_where=open_lease,
        postgresql_where=open_lease,
    )
    op.create_index("ix_host_leases_poller_id_until_at", "host_leases", ["poller_id", "until_at"])
    op.create_table(
        "envelopes",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("credential_id", _ROW_ID, nullable=False),
        sa.Column("poller_id", sa.String(36), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="a sealed box, for the poller's public key"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_envelopes"),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credentials.id"], name="fk_envelopes_credential_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("credential_id", "poller_id", name="uq_envelopes_credential_id_poller_id"),
        comment="Secrets on their way to a poller that has another keyring; gone once it has taken them",
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("envelopes")
    op.drop_table("host_leases")
    op.drop_index("ix_pollers_name", "pollers")
    for name in ("figures", "lacking", "keyring_id", "public_key", "epoch", "user", "name"):
        op.drop_column("pollers", name)
