"""The first schema: hosts and what people say, measurements, requests, plain SQL for scripts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_credentials_and_hosts()
    _create_host_states_and_keys()
    _create_measurements()
    _create_requests_and_pollers()
    _create_plain_sql()


def downgrade() -> None:
    for table in (
        "notifications",
        "system_metrics",
        "pollers",
        "requests",
        "settings",
        "process_snapshots",
        "head",
        "layouts",
        "host_keys",
        "host_states",
        "hosts",
        "credentials",
    ):
        op.drop_table(table)


def _create_credentials_and_hosts() -> None:
    op.create_table(
        "credentials",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_credentials"),
        sa.UniqueConstraint("name", name="uq_credentials_name"),
        comment="What a secret is called and for; the secret itself lies in the keyring",
    )
    op.create_table(
        "hosts",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("port", sa.Integer()),
        sa.Column("username", sa.String(255)),
        sa.Column("transport", sa.String(16), nullable=False),
        sa.Column("identity_file", sa.Text()),
        sa.Column("credential_id", _ROW_ID),
        sa.Column("interval_s", sa.Float()),
        sa.Column("enabled", sa.Boolean(name="enabled"), server_default=sa.true(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["credential_id"], ["credentials.id"], name="fk_hosts_credential_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hosts"),
        sqlite_autoincrement=True,
    )
    present = sa.text("removed_at IS NULL")
    op.create_index(
        "uq_hosts_name_present", "hosts", ["name"], unique=True, sqlite_where=present, postgresql_where=present
    )


def _create_host_states_and_keys() -> None:
    op.create_table(
        "host_states",
        sa.Column("host_id", _ROW_ID, nullable=False, autoincrement=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32)),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.Column("inventory", sa.JSON()),
        sa.ForeignKeyConstraint(["host_id"], ["hosts.id"], name="fk_host_states_host_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("host_id", name="pk_host_states"),
        comment="The poller's last word on each session; written on change only",
    )
    op.create_table(
        "host_keys",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("algorithm", sa.String(64), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False, comment="OpenSSH form: algorithm and base64"),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("source", sa.String(32), nullable=False, comment="person, accept_new, known_hosts"),
        sa.Column("trusted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_host_keys"),
        sa.UniqueConstraint("address", "port", "public_key", name="uq_host_keys_address_port_public_key"),
    )


def _create_measurements() -> None:
    op.create_table(
        "layouts",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False, comment="JSON: a list of [name, label, value, ...]"),
        sa.Column(
            "used_at",
            sa.BigInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="no row of head that uses it is newer by more than an hour",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_layouts"),
        sa.UniqueConstraint("digest", name="uq_layouts_digest"),
    )
    op.create_table(
        "head",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column("cadence", sa.SmallInteger(), nullable=False),
        sa.Column("ts", sa.BigInteger(), nullable=False),
        sa.Column("session_at", sa.BigInteger(), nullable=False),
        sa.Column("layout_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "vector", sa.LargeBinary(), nullable=False, comment="little-endian float64, one per series of the layout"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_head"),
    )
    op.create_index("uq_head_host_id_cadence_ts", "head", ["host_id", "cadence", "ts"], unique=True)
    op.create_index("ix_head_ts", "head", ["ts"])
    op.create_table(
        "process_snapshots",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column("ts", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False, comment="a compressed JSON list of processes"),
        sa.PrimaryKeyConstraint("id", name="pk_process_snapshots"),
    )
    op.create_index("uq_process_snapshots_host_id_ts", "process_snapshots", ["host_id", "ts"], unique=True)
    op.create_index("ix_process_snapshots_ts", "process_snapshots", ["ts"])


def _create_requests_and_pollers() -> None:
    op.create_table(
        "settings",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
    )
    op.create_table(
        "requests",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
        comment="What must happen where the poller is; the poller answers",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_requests_state", "requests", ["state"])
    op.create_table(
        "pollers",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("machine", sa.String(255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("heartbeat_at", sa.BigInteger(), nullable=False),
        sa.Column("stopped_at", sa.BigInteger()),
        sa.Column(
            "delay_ms", sa.Integer(), comment="median of the last heartbeat's scrapes, from reading to committed"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_pollers"),
    )


def _create_plain_sql() -> None:
    op.create_table(
        "system_metrics",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("timestamp", sa.String(32), nullable=False, comment="ISO 8601, UTC"),
        sa.Column("hostname", sa.String(255), nullable=False),
        sa.Column("cpu_percent", sa.Float()),
        sa.Column("memory_percent", sa.Float()),
        sa.Column("disk_percent", sa.Float()),
        sa.Column("load1", sa.Float()),
        sa.Column("swap_percent", sa.Float()),
        sa.PrimaryKeyConstraint("id", name="pk_system_metrics"),
        comment="For scripts with plain SQL",
    )
    op.create_index("ix_system_metrics_hostname_timestamp", "system_metrics", ["hostname", "timestamp"])
    op.create_table(
        "notifications",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("sent_at", sa.String(32), nullable=False, comment="ISO 8601, UTC"),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
        comment="For scripts with plain SQL",
    )
