"""What was measured: readings that are not sealed yet, sealed ones, and two tables for plain SQL."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from storage.schema.base import RowId, metadata

layouts = Table(
    "layouts",
    metadata,
    Column("id", RowId, primary_key=True),
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
    Column("id", RowId, primary_key=True),
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
    Column("id", RowId, primary_key=True),
    Column("host_id", BigInteger, nullable=False),
    Column("ts", BigInteger, nullable=False),
    Column("rows", LargeBinary, nullable=False, comment="a compressed JSON list of processes"),
    Index("uq_process_snapshots_host_id_ts", "host_id", "ts", unique=True),
)

chunks = Table(
    "chunks",
    metadata,
    Column("id", RowId, primary_key=True),
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
    Column("id", RowId, primary_key=True),
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

system_metrics = Table(
    "system_metrics",
    metadata,
    Column("id", RowId, primary_key=True),
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
    Column("id", RowId, primary_key=True),
    Column("title", Text, nullable=False),
    Column("level", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Column("channel", String(64), nullable=False),
    Column("sent_at", String(32), nullable=False, comment="ISO 8601, UTC"),
    comment="For scripts with plain SQL",
)
