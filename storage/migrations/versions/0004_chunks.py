"""Sealed readings, their roll-ups, sealed process tables, annotations, retention of groups; a smaller `head`."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_HEADS = {"head": "vector", "process_snapshots": "rows"}
"""The tables that readings arrive in, and which column of each is long."""
_OFTEN_EMPTIED = {
    # All rows leave within an hour or two: their space has to be there for the next ones.
    "autovacuum_vacuum_scale_factor": "0.05",
    "autovacuum_vacuum_threshold": "2000",
    "autovacuum_vacuum_insert_scale_factor": "0.1",
    "autovacuum_analyze_scale_factor": "0.1",
    # A row stays in one piece up to the size of a page; beyond 2 KB it would go to a table and an index of its own.
    "toast_tuple_target": "8160",
}


def upgrade() -> None:
    _create_chunks()
    _create_process_chunks()
    op.create_table(
        "annotations",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("start_ts", sa.BigInteger(), nullable=False),
        sa.Column("end_ts", sa.BigInteger(), nullable=False, comment="the same as the start for a moment"),
        sa.Column("host_ids", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("groups", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("author", sa.String(255), nullable=False, server_default=""),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_annotations"),
        comment="What people noted about a moment or a span: a deployment, a maintenance",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_annotations_start_ts", "annotations", ["start_ts"])
    op.create_table(
        "group_retentions",
        sa.Column("group_name", sa.String(64), nullable=False),
        sa.Column("name", sa.String(32), nullable=False, comment="as the settings: retention_raw_s and so on"),
        sa.Column("value", sa.Float(), nullable=False, comment="seconds"),
        sa.PrimaryKeyConstraint("group_name", "name", name="pk_group_retentions"),
        comment="How long data of the hosts of a group are kept, where that differs from the settings",
    )
    op.create_index("ix_system_metrics_timestamp", "system_metrics", ["timestamp"])
    op.create_index("ix_hosts_revision", "hosts", ["revision"])
    for table in _HEADS:
        op.drop_index(f"ix_{table}_ts", table)
    if op.get_bind().dialect.name == "postgresql":
        _fill_and_empty()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, column in _HEADS.items():
            op.execute(f"ALTER TABLE {table} RESET ({', '.join(_OFTEN_EMPTIED)})")
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTENDED")
    for table in _HEADS:
        op.create_index(f"ix_{table}_ts", table, ["ts"])
    op.drop_index("ix_hosts_revision", "hosts")
    op.drop_index("ix_system_metrics_timestamp", "system_metrics")
    for name in ("group_retentions", "annotations", "process_chunks", "chunks"):
        op.drop_table(name)


def _create_chunks() -> None:
    op.create_table(
        "chunks",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column("cadence", sa.SmallInteger(), nullable=False),
        sa.Column(
            "tier",
            sa.SmallInteger(),
            nullable=False,
            comment="storage.tier.Tier: 0 readings, 1 to 4 buckets of 1m, 5m, 1h, 1d",
        ),
        sa.Column(
            "start_ts",
            sa.BigInteger(),
            nullable=False,
            comment="where its window starts; the tier and cadence say its length",
        ),
        sa.Column("first_ts", sa.BigInteger(), nullable=False, comment="of its first reading or bucket"),
        sa.Column("last_ts", sa.BigInteger(), nullable=False, comment="of its last reading or bucket"),
        sa.Column("rows", sa.Integer(), nullable=False, comment="how many readings or buckets"),
        sa.Column("samples", sa.BigInteger(), nullable=False, comment="how many values are present in them"),
        sa.Column("layout_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "rolled",
            sa.Boolean(name="rolled"),
            nullable=False,
            comment="whether the buckets above have what is in it; always true for buckets",
        ),
        sa.Column("frame", sa.LargeBinary(), nullable=False, comment="storage.chunks says its form"),
        sa.PrimaryKeyConstraint("id", name="pk_chunks"),
        comment="Sealed readings and what they were rolled up to, compressed, many to a row",
    )
    op.create_index(
        "uq_chunks_host_id_cadence_tier_start_ts", "chunks", ["host_id", "cadence", "tier", "start_ts"], unique=True
    )
    op.create_index("ix_chunks_tier_last_ts", "chunks", ["tier", "last_ts"])
    op.create_index("ix_chunks_layout_id", "chunks", ["layout_id"])
    op.create_index(
        "ix_chunks_unrolled",
        "chunks",
        ["host_id", "cadence", "start_ts"],
        sqlite_where=sa.text("rolled = 0"),
        postgresql_where=sa.text("NOT rolled"),
    )
    _keep_as_it_is("chunks")


def _create_process_chunks() -> None:
    op.create_table(
        "process_chunks",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column("start_ts", sa.BigInteger(), nullable=False, comment="where its hour starts"),
        sa.Column("first_ts", sa.BigInteger(), nullable=False),
        sa.Column("last_ts", sa.BigInteger(), nullable=False),
        sa.Column("snapshots", sa.Integer(), nullable=False),
        sa.Column(
            "thinned", sa.Boolean(name="thinned"), nullable=False, comment="whether it has one a minute at the most"
        ),
        sa.Column("frame", sa.LargeBinary(), nullable=False, comment="storage.chunks says its form"),
        sa.PrimaryKeyConstraint("id", name="pk_process_chunks"),
        comment="Sealed process tables, an hour of them to a row",
    )
    op.create_index("uq_process_chunks_host_id_start_ts", "process_chunks", ["host_id", "start_ts"], unique=True)
    op.create_index("ix_process_chunks_last_ts", "process_chunks", ["last_ts"])
    _keep_as_it_is("process_chunks")


def _fill_and_empty() -> None:
    """Settings for tables whose rows stay for an hour or two."""
    settings = ", ".join(f"{name} = {value}" for name, value in _OFTEN_EMPTIED.items())
    for table, column in _HEADS.items():
        op.execute(f"ALTER TABLE {table} SET ({settings})")
        # Numbers hardly compress, and snapshots are compressed.
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL")


def _keep_as_it_is(table: str) -> None:
    """PostgreSQL would try to compress what is compressed."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} ALTER COLUMN frame SET STORAGE EXTERNAL")
