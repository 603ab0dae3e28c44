"""The tables, as SQLAlchemy Core. Times are UTC milliseconds in BIGINT columns. Migrations are in `migrations/`."""

from storage.schema.alerting import (
    alert_routes,
    alert_rules,
    alert_thresholds,
    alert_transitions,
    alerts,
    deliveries,
    maintenance_windows,
    notifier_memory,
    receivers,
    silences,
)
from storage.schema.base import metadata
from storage.schema.measurements import (
    chunks,
    head,
    layouts,
    notifications,
    process_chunks,
    process_snapshots,
    system_metrics,
)
from storage.schema.polling import envelopes, host_leases, host_states, pollers, requests
from storage.schema.registry import annotations, checks, credentials, group_retentions, host_keys, hosts, settings

__all__ = [
    "alert_routes",
    "alert_rules",
    "alert_thresholds",
    "alert_transitions",
    "alerts",
    "annotations",
    "checks",
    "chunks",
    "credentials",
    "deliveries",
    "envelopes",
    "group_retentions",
    "head",
    "host_keys",
    "host_leases",
    "host_states",
    "hosts",
    "layouts",
    "maintenance_windows",
    "metadata",
    "notifications",
    "notifier_memory",
    "pollers",
    "process_chunks",
    "process_snapshots",
    "receivers",
    "requests",
    "settings",
    "silences",
    "system_metrics",
]
