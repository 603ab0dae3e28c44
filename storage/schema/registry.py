"""What people say: which hosts there are, how they are logged in to, what they are asked, notes, settings."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

from storage.schema.base import RowId, metadata

credentials = Table(
    "credentials",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", String(255), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    comment="What a secret is called and for; the secret itself lies in the keyring",
)

hosts = Table(
    "hosts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", String(255), nullable=False),
    Column("address", String(255), nullable=False),
    Column("port", Integer),
    Column("username", String(255)),
    Column("transport", String(16), nullable=False),
    Column("identity_file", Text),
    Column("credential_id", ForeignKey("credentials.id")),
    Column("interval_s", Float),
    Column("enabled", Boolean(name="enabled"), nullable=False, server_default=true()),
    Column("revision", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("removed_at", BigInteger),
    # `group` is a word of SQL's own.
    Column("group_name", String(64)),
    Column("tags", JSON, nullable=False, server_default="[]"),
    Column("reader", String(16), nullable=False, server_default="auto"),
    Column("sudo", Boolean(name="sudo"), nullable=False, server_default=false()),
    Column("top_processes", Integer),
    Column("all_mounts", Boolean(name="all_mounts"), nullable=False, server_default=false()),
    Column("all_interfaces", Boolean(name="all_interfaces"), nullable=False, server_default=false()),
    Column("compression", Boolean(name="compression"), nullable=False, server_default=false()),
    # Every commit of the recorder asks for the largest.
    Index("ix_hosts_revision", "revision"),
    # An id is never used twice: samples of a removed host must not turn up under a new one.
    sqlite_autoincrement=True,
)
Index(
    "uq_hosts_name_present",
    hosts.c.name,
    unique=True,
    # PostgreSQL's condition is in the migration: naming it here would load its dialect, 30 ms of every start.
    sqlite_where=hosts.c.removed_at.is_(None),
)

checks = Table(
    "checks",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("kind", String(16), nullable=False, comment="unit, http, tcp, command, prometheus"),
    Column("target", Text, nullable=False),
    # Both empty: for every host.
    Column("host_id", ForeignKey("hosts.id", ondelete="CASCADE")),
    Column("group_name", String(64)),
    Column("revision", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    comment="What hosts are asked besides: units, addresses, and numbers of the user's own",
)

host_keys = Table(
    "host_keys",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("address", String(255), nullable=False),
    Column("port", Integer, nullable=False),
    Column("algorithm", String(64), nullable=False),
    Column("public_key", Text, nullable=False, comment="OpenSSH form: algorithm and base64"),
    Column("fingerprint", String(64), nullable=False),
    Column("source", String(32), nullable=False, comment="person, accept_new, known_hosts"),
    Column("trusted_at", BigInteger, nullable=False),
    UniqueConstraint("address", "port", "public_key"),
)

annotations = Table(
    "annotations",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("text", Text, nullable=False),
    Column("start_ts", BigInteger, nullable=False),
    Column("end_ts", BigInteger, nullable=False, comment="the same as the start for a moment"),
    # Both empty: about everything.
    Column("host_ids", JSON, nullable=False, server_default="[]"),
    Column("groups", JSON, nullable=False, server_default="[]"),
    Column("author", String(255), nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_annotations_start_ts", "start_ts"),
    comment="What people noted about a moment or a span: a deployment, a maintenance",
    sqlite_autoincrement=True,
)

group_retentions = Table(
    "group_retentions",
    metadata,
    Column("group_name", String(64), primary_key=True),
    Column("name", String(32), primary_key=True, comment="as the settings: retention_raw_s and so on"),
    Column("value", Float, nullable=False, comment="seconds"),
    comment="How long data of the hosts of a group are kept, where that differs from the settings",
)

settings = Table(
    "settings",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", JSON, nullable=False),
)
