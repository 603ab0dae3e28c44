"""What is alerted on, what fires or fired, who is told, and what they were told."""

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
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

from storage.schema.base import RowId, metadata

alert_rules = Table(
    "alert_rules",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", String(255), nullable=False, unique=True),
    Column("enabled", Boolean(name="enabled"), nullable=False, server_default=true()),
    Column("source", String(255), nullable=False, comment="default, a preset, a rule file; empty for a person"),
    Column("body", JSON, nullable=False, comment="signal, levels, times, scope, labels, annotations"),
    Column("revision", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("ix_alert_rules_revision", "revision"),
    # An alert names its rule by id for as long as history is kept.
    sqlite_autoincrement=True,
)

alert_thresholds = Table(
    "alert_thresholds",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("rule_id", ForeignKey("alert_rules.id", ondelete="CASCADE"), nullable=False),
    Column("scope", String(8), nullable=False, comment="host, tag, group, user"),
    Column("target", String(255), nullable=False, comment="the host's id, or the name of the tag, the group, the user"),
    Column("body", JSON, nullable=False, comment="levels; hold_s; or that the rule is off there"),
    Column("revision", BigInteger, nullable=False),
    UniqueConstraint("rule_id", "scope", "target"),
    comment="Where a rule has other levels than its own",
    sqlite_autoincrement=True,
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("rule_id", BigInteger, nullable=False),
    Column("host_id", BigInteger, nullable=False),
    Column("series", Text, nullable=False, comment="labels of the series as Prometheus writes them; empty for none"),
    Column("owner", String(255), nullable=False, server_default="", comment="whose own thresholds; empty for all"),
    Column("rule_name", String(255), nullable=False),
    Column("metric", String(255), nullable=False),
    Column("labels", JSON, nullable=False),
    Column("severity", String(16), nullable=False),
    Column("value", Float),
    Column("worst_value", Float),
    Column("explanation", JSON(none_as_null=True), comment="a code and its numbers: how the value came about"),
    Column("fired_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("resolved_at", BigInteger, comment="null while it fires"),
    Column("resolution", String(32), comment="well, rule_changed, rule_removed, host_removed, host_disabled"),
    Column("acknowledged_at", BigInteger),
    Column("acknowledged_by", String(255), nullable=False, server_default=""),
    Column("acknowledged_why", Text, nullable=False, server_default=""),
    Index("ix_alerts_changed_at", "changed_at"),
    Index("ix_alerts_fired_at", "fired_at"),
    Index("ix_alerts_host_id_fired_at", "host_id", "fired_at"),
    comment="One row each time a rule fires for a series of a host, until it is well again",
    sqlite_autoincrement=True,
)
Index(
    "uq_alerts_open",
    alerts.c.rule_id,
    alerts.c.host_id,
    alerts.c.series,
    alerts.c.owner,
    unique=True,
    # PostgreSQL's condition is in the migration, as with the names of hosts.
    sqlite_where=alerts.c.resolved_at.is_(None),
)

alert_transitions = Table(
    "alert_transitions",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("alert_id", ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False),
    Column("ts", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False, comment="fired, worse, better, resolved, acknowledged, taken_back"),
    Column("severity", String(16), nullable=False),
    Column("value", Float),
    Column("author", String(255), nullable=False, server_default=""),
    Column("comment", Text, nullable=False, server_default=""),
    Index("ix_alert_transitions_alert_id_ts", "alert_id", "ts"),
    sqlite_autoincrement=True,
)

silences = Table(
    "silences",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("matchers", JSON, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("author", String(255), nullable=False, server_default=""),
    Column("comment", Text, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_silences_ends_at", "ends_at"),
    sqlite_autoincrement=True,
)

maintenance_windows = Table(
    "maintenance_windows",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", String(255), nullable=False, unique=True),
    Column("matchers", JSON, nullable=False),
    Column("recurrence", Text, nullable=False, comment="RFC 5545: DTSTART in local time and an RRULE"),
    Column("time_zone", String(64), nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("enabled", Boolean(name="enabled"), nullable=False, server_default=true()),
    Column("author", String(255), nullable=False, server_default=""),
    Column("comment", Text, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

receivers = Table(
    "receivers",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", String(255), nullable=False, unique=True),
    Column("kind", String(16), nullable=False, comment="email, slack, webhook, apprise, desktop"),
    Column("options", JSON, nullable=False, comment="nothing secret: recipients, language, limits"),
    Column("credential_id", ForeignKey("credentials.id"), comment="its URL or password lies in the keyring"),
    Column("enabled", Boolean(name="enabled"), nullable=False, server_default=true()),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

alert_routes = Table(
    "alert_routes",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("position", Integer, nullable=False, comment="they are looked at in this order"),
    Column("name", String(255), nullable=False, unique=True),
    Column("body", JSON, nullable=False, comment="receivers, matchers, hours, grouping, timing, escalation"),
    Column("enabled", Boolean(name="enabled"), nullable=False, server_default=true()),
    sqlite_autoincrement=True,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("idempotency_key", String(64), nullable=False, unique=True),
    Column("receiver", String(255), nullable=False),
    Column("group_key", Text, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("state", String(16), nullable=False, comment="due, delivered, retrying, given_up"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
    Column("next_try_at", BigInteger),
    Column("finished_at", BigInteger),
    Column("answer", Text, nullable=False, server_default="", comment="what the server said, without secrets"),
    Column("message", LargeBinary, nullable=False, comment="what is said, as msgpack"),
    Column("is_test", Boolean(name="is_test"), nullable=False, server_default=false()),
    Index("ix_deliveries_state_next_try_at", "state", "next_try_at"),
    Index("ix_deliveries_created_at", "created_at"),
    comment="Written before a message is sent, and again with what came of it",
    sqlite_autoincrement=True,
)

notifier_memory = Table(
    "notifier_memory",
    metadata,
    Column("kind", String(16), primary_key=True, comment="told, allowance, flapping"),
    Column("key", String(64), primary_key=True, comment="SHA-256 of what it is about, in hex"),
    Column("body", LargeBinary, nullable=False, comment="msgpack"),
    Column("updated_at", BigInteger, nullable=False),
    comment="What the notifier has to know after a restart: what it has said to whom",
)
