"""What pollers say and share: themselves, their hosts, how these are, requests to them, and secrets on their way."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.schema.base import RowId, metadata

pollers = Table(
    "pollers",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("machine", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("version", String(32), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("heartbeat_at", BigInteger, nullable=False),
    Column("stopped_at", BigInteger),
    Column("delay_ms", Integer, comment="median of the last heartbeat's scrapes, from reading to committed"),
    Column("name", String(255), nullable=False, server_default=""),
    Column("user", String(255), nullable=False, server_default=""),
    Column("epoch", BigInteger, nullable=False, server_default="0"),
    Column("public_key", LargeBinary(32)),
    Column("keyring_id", String(36)),
    Column("lacking", JSON, nullable=False, server_default="[]"),
    Column("figures", JSON(none_as_null=True)),
    Index("ix_pollers_name", "name"),
)

host_leases = Table(
    "host_leases",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("host_id", BigInteger, nullable=False),
    Column("poller_id", String(36), nullable=False),
    Column("since_at", BigInteger, nullable=False),
    Column("until_at", BigInteger, comment="null for as long as it holds"),
    Index("ix_host_leases_poller_id_until_at", "poller_id", "until_at"),
    comment="Which poller reads, or read, a host; measurements of that time are its own to write",
    sqlite_autoincrement=True,
)
Index(
    "uq_host_leases_host_id_open",
    host_leases.c.host_id,
    unique=True,
    # As with the names of hosts, PostgreSQL's condition is in the migration.
    sqlite_where=host_leases.c.until_at.is_(None),
)

host_states = Table(
    "host_states",
    metadata,
    Column("host_id", ForeignKey("hosts.id", ondelete="CASCADE"), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("reason", String(32)),
    Column("detail", Text, nullable=False, server_default=""),
    Column("since_at", BigInteger, nullable=False),
    Column("inventory", JSON(none_as_null=True)),
    comment="The poller's last word on each session; written on change only",
)

requests = Table(
    "requests",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("progress", JSON, nullable=False),
    Column("result", JSON(none_as_null=True)),
    Column("created_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Index("ix_requests_state", "state"),
    comment="What must happen where the poller is; the poller answers",
    sqlite_autoincrement=True,
)

envelopes = Table(
    "envelopes",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("credential_id", ForeignKey("credentials.id", ondelete="CASCADE"), nullable=False),
    Column("poller_id", String(36), nullable=False),
    Column("sealed", LargeBinary, nullable=False, comment="a sealed box, for the poller's public key"),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("credential_id", "poller_id"),
    comment="Secrets on their way to a poller that has another keyring; gone once it has taken them",
    sqlite_autoincrement=True,
)
