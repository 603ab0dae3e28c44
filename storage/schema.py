"""The tables, as SQLAlchemy Core. Times are UTC milliseconds in BIGINT columns. Migrations are in `migrations/`."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only makes `INTEGER PRIMARY KEY` the row id, and it does so for that very type name alone.
_RowId = BigInteger().with_variant(Integer, "sqlite")

credentials = Table(
    "credentials",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("name", String(255), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    comment="What a secret is called and for; the secret itself lies in the keyring",
)

hosts = Table(
    "hosts",
    metadata,
    Column("id", _RowId, primary_key=True),
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
    Column("id", _RowId, primary_key=True),
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

host_keys = Table(
    "host_keys",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("address", String(255), nullable=False),
    Column("port", Integer, nullable=False),
    Column("algorithm", String(64), nullable=False),
    Column("public_key", Text, nullable=False, comment="OpenSSH form: algorithm and base64"),
    Column("fingerprint", String(64), nullable=False),
    Column("source", String(32), nullable=False, comment="person, accept_new, known_hosts"),
    Column("trusted_at", BigInteger, nullable=False),
    UniqueConstraint("address", "port", "public_key"),
)

layouts = Table(
    "layouts",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("content", Text, nullable=False, comment="JSON: a list of [name, label, value, ...]"),
    # Without it, finding the layouts that nothing uses any more would scan all of `head`.
    Column(
        "used_at",
        BigInteger,
        nullable=False,
        server_default=text("0"),
        comment="no row of head that uses it is newer by more than an hour",
    ),
)

head = Table(
    "head",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("host_id", BigInteger, nullable=False),
    Column("cadence", SmallInteger, nullable=False),
    Column("ts", BigInteger, nullable=False),
    Column("session_at", BigInteger, nullable=False),
    Column("layout_id", BigInteger, nullable=False),
    Column("vector", LargeBinary, nullable=False, comment="little-endian float64, one per series of the layout"),
    # Not WITHOUT ROWID: 41 µs and 28 KB written an insert against 7 µs and 3 KB. No foreign keys: each is a look-up
    # per row, and the recorder alone writes here.
    # No index on `ts` alone: it costs a tenth of an insert, and whoever reads or seals asks for a host and a cadence.
    Index("uq_head_host_id_cadence_ts", "host_id", "cadence", "ts", unique=True),
)

process_snapshots = Table(
    "process_snapshots",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("host_id", BigInteger, nullable=False),
    Column("ts", BigInteger, nullable=False),
    Column("rows", LargeBinary, nullable=False, comment="a compressed JSON list of processes"),
    Index("uq_process_snapshots_host_id_ts", "host_id", "ts", unique=True),
)

chunks = Table(
    "chunks",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("host_id", BigInteger, nullable=False),
    Column("cadence", SmallInteger, nullable=False),
    Column(
        "tier", SmallInteger, nullable=False, comment="storage.tier.Tier: 0 readings, 1 to 4 buckets of 1m, 5m, 1h, 1d"
    ),
    Column(
        "start_ts", BigInteger, nullable=False, comment="where its window starts; the tier and cadence say its length"
    ),
    Column("first_ts", BigInteger, nullable=False, comment="of its first reading or bucket"),
    Column("last_ts", BigInteger, nullable=False, comment="of its last reading or bucket"),
    Column("rows", Integer, nullable=False, comment="how many readings or buckets"),
    Column("samples", BigInteger, nullable=False, comment="how many values are present in them"),
    Column("layout_id", BigInteger, nullable=False),
    Column(
        "rolled",
        Boolean(name="rolled"),
        nullable=False,
        comment="whether the buckets above have what is in it; always true for buckets",
    ),
    Column("frame", LargeBinary, nullable=False, comment="storage.chunks says its form"),
    Index("uq_chunks_host_id_cadence_tier_start_ts", "host_id", "cadence", "tier", "start_ts", unique=True),
    Index("ix_chunks_tier_last_ts", "tier", "last_ts"),
    Index("ix_chunks_layout_id", "layout_id"),
    comment="Sealed readings and what they were rolled up to, compressed, many to a row",
)
Index(
    "ix_chunks_unrolled",
    chunks.c.host_id,
    chunks.c.cadence,
    chunks.c.start_ts,
    sqlite_where=~chunks.c.rolled,
)

process_chunks = Table(
    "process_chunks",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("host_id", BigInteger, nullable=False),
    Column("start_ts", BigInteger, nullable=False, comment="where its hour starts"),
    Column("first_ts", BigInteger, nullable=False),
    Column("last_ts", BigInteger, nullable=False),
    Column("snapshots", Integer, nullable=False),
    Column("thinned", Boolean(name="thinned"), nullable=False, comment="whether it has one a minute at the most"),
    Column("frame", LargeBinary, nullable=False, comment="storage.chunks says its form"),
    Index("uq_process_chunks_host_id_start_ts", "host_id", "start_ts", unique=True),
    Index("ix_process_chunks_last_ts", "last_ts"),
    comment="Sealed process tables, an hour of them to a row",
)

annotations = Table(
    "annotations",
    metadata,
    Column("id", _RowId, primary_key=True),
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

requests = Table(
    "requests",
    metadata,
    Column("id", _RowId, primary_key=True),
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
    Column("id", _RowId, primary_key=True),
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

envelopes = Table(
    "envelopes",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("credential_id", ForeignKey("credentials.id", ondelete="CASCADE"), nullable=False),
    Column("poller_id", String(36), nullable=False),
    Column("sealed", LargeBinary, nullable=False, comment="a sealed box, for the poller's public key"),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("credential_id", "poller_id"),
    comment="Secrets on their way to a poller that has another keyring; gone once it has taken them",
    sqlite_autoincrement=True,
)

system_metrics = Table(
    "system_metrics",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("timestamp", String(32), nullable=False, comment="ISO 8601, UTC"),
    Column("hostname", String(255), nullable=False),
    Column("cpu_percent", Float),
    Column("memory_percent", Float),
    Column("disk_percent", Float),
    Column("load1", Float),
    Column("swap_percent", Float),
    Index("ix_system_metrics_hostname_timestamp", "hostname", "timestamp"),
    Index("ix_system_metrics_timestamp", "timestamp"),
    comment="For scripts with plain SQL",
)

notifications = Table(
    "notifications",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("title", Text, nullable=False),
    Column("level", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Column("channel", String(64), nullable=False),
    Column("sent_at", String(32), nullable=False, comment="ISO 8601, UTC"),
    comment="For scripts with plain SQL",
)
