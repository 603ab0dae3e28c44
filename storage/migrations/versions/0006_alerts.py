"""Alerts: rules, what fires or fired, silences, who is told, and what they were told."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    open_alert = sa.text("resolved_at IS NULL")
    op.create_table(
        "alert_routes",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="they are looked at in this order"),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column(
            "body", sa.JSON(), nullable=False, comment="receivers, matchers, hours, grouping, timing, escalation"
        ),
        sa.Column("enabled", sa.Boolean(name="enabled"), nullable=False, server_default=sa.true()),
        sa.PrimaryKeyConstraint("id", name="pk_alert_routes"),
        sa.UniqueConstraint("name", name="uq_alert_routes_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "alert_rules",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("enabled", sa.Boolean(name="enabled"), nullable=False, server_default=sa.true()),
        sa.Column(
            "source", sa.String(255), nullable=False, comment="default, a preset, a rule file; empty for a person"
        ),
        sa.Column("body", sa.JSON(), nullable=False, comment="signal, levels, times, scope, labels, annotations"),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_rules"),
        sa.UniqueConstraint("name", name="uq_alert_rules_name"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alert_rules_revision", "alert_rules", ["revision"])
    op.create_table(
        "alerts",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=False),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "series",
            sa.Text(),
            nullable=False,
            comment="labels of the series as Prometheus writes them; empty for none",
        ),
        sa.Column(
            "owner", sa.String(255), nullable=False, server_default="", comment="whose own thresholds; empty for all"
        ),
        sa.Column("rule_name", sa.String(255), nullable=False),
        sa.Column("metric", sa.String(255), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("value", sa.Float()),
        sa.Column("worst_value", sa.Float()),
        sa.Column(
            "explanation", sa.JSON(none_as_null=True), comment="a code and its numbers: how the value came about"
        ),
        sa.Column("fired_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("resolved_at", sa.BigInteger(), comment="null while it fires"),
        sa.Column("resolution", sa.String(32), comment="well, rule_changed, rule_removed, host_removed, host_disabled"),
        sa.Column("acknowledged_at", sa.BigInteger()),
        sa.Column("acknowledged_by", sa.String(255), nullable=False, server_default=""),
        sa.Column("acknowledged_why", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        comment="One row each time a rule fires for a series of a host, until it is well again",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alerts_changed_at", "alerts", ["changed_at"])
    op.create_index("ix_alerts_fired_at", "alerts", ["fired_at"])
    op.create_index("ix_alerts_host_id_fired_at", "alerts", ["host_id", "fired_at"])
    op.create_index(
        "uq_alerts_open",
        "alerts",
        ["rule_id", "host_id", "series", "owner"],
        unique=True,
        sqlite_where=open_alert,
        postgresql_where=open_alert,
    )
    op.create_table(
        "deliveries",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("idempotency_key", sa.String(64), nullable=False),
        sa.Column("receiver", sa.String(255), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False, comment="due, delivered, retrying, given_up"),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger()),
        sa.Column("finished_at", sa.BigInteger()),
        sa.Column(
            "answer", sa.Text(), nullable=False, server_default="", comment="what the server said, without secrets"
        ),
        sa.Column("message", sa.LargeBinary(), nullable=False, comment="what is said, as msgpack"),
        sa.Column("is_test", sa.Boolean(name="is_test"), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("idempotency_key", name="uq_deliveries_idempotency_key"),
        comment="Written before a message is sent, and again with what came of it",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_created_at", "deliveries", ["created_at"])
    op.create_index("ix_deliveries_state_next_try_at", "deliveries", ["state", "next_try_at"])
    op.create_table(
        "maintenance_windows",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("matchers", sa.JSON(), nullable=False),
        sa.Column("recurrence", sa.Text(), nullable=False, comment="RFC 5545: DTSTART in local time and an RRULE"),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("enabled", sa.Boolean(name="enabled"), nullable=False, server_default=sa.true()),
        sa.Column("author", sa.String(255), nullable=False, server_default=""),
        sa.Column("comment", sa.Text(), nullable=False, server_default=""),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_maintenance_windows"),
        sa.UniqueConstraint("name", name="uq_maintenance_windows_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notifier_memory",
        sa.Column("kind", sa.String(16), nullable=False, comment="told, allowance, flapping"),
        sa.Column("key", sa.String(64), nullable=False, comment="SHA-256 of what it is about, in hex"),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="msgpack"),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_notifier_memory"),
        comment="What the notifier has to know after a restart: what it has said to whom",
    )
    op.create_table(
        "silences",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("matchers", sa.JSON(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.String(255), nullable=False, server_default=""),
        sa.Column("comment", sa.Text(), nullable=False, server_default=""),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_silences"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_silences_ends_at", "silences", ["ends_at"])
    op.create_table(
        "alert_thresholds",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("rule_id", _ROW_ID, nullable=False),
        sa.Column("scope", sa.String(8), nullable=False, comment="host, tag, group, user"),
        sa.Column(
            "target",
            sa.String(255),
            nullable=False,
            comment="the host's id, or the name of the tag, the group, the user",
        ),
        sa.Column("body", sa.JSON(), nullable=False, comment="levels; hold_s; or that the rule is off there"),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_thresholds"),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["alert_rules.id"], name="fk_alert_thresholds_rule_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("rule_id", "scope", "target", name="uq_alert_thresholds_rule_id_scope_target"),
        comment="Where a rule has other levels than its own",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "alert_transitions",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("alert_id", _ROW_ID, nullable=False),
        sa.Column("ts", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind", sa.String(16), nullable=False, comment="fired, worse, better, resolved, acknowledged, taken_back"
        ),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("value", sa.Float()),
        sa.Column("author", sa.String(255), nullable=False, server_default=""),
        sa.Column("comment", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_alert_transitions"),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_alert_transitions_alert_id", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alert_transitions_alert_id_ts", "alert_transitions", ["alert_id", "ts"])
    op.create_table(
        "receivers",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False, comment="email, slack, webhook, apprise, desktop"),
        sa.Column("options", sa.JSON(), nullable=False, comment="nothing secret: recipients, language, limits"),
        sa.Column("credential_id", _ROW_ID, comment="its URL or password lies in the keyring"),
        sa.Column("enabled", sa.Boolean(name="enabled"), nullable=False, server_default=sa.true()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receivers"),
        sa.ForeignKeyConstraint(["credential_id"], ["credentials.id"], name="fk_receivers_credential_id"),
        sa.UniqueConstraint("name", name="uq_receivers_name"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for name in (
        "receivers",
        "alert_transitions",
        "alert_thresholds",
        "silences",
        "notifier_memory",
        "maintenance_windows",
        "deliveries",
        "alerts",
        "alert_rules",
        "alert_routes",
    ):
        op.drop_table(name)
