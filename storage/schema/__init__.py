"""The tables, as SQLAlchemy Core. Times are UTC milliseconds in BIGINT columns. Migrations are in `migrations/`."""

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
    "annotations",
    "checks",
    "chunks",
    "credentials",
    "envelopes",
    "group_retentions",
    "head",
    "host_keys",
    "host_leases",
    "host_states",
    "hosts",
    "layouts",
    "metadata",
    "notifications",
    "pollers",
    "process_chunks",
    "process_snapshots",
    "requests",
    "settings",
    "system_metrics",
]
