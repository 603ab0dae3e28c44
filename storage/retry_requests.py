"""Asks every poller to try hosts now, instead of when their time has come."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from storage.pollers import live_pollers
from storage.requests import RequestKind, create_request


def request_retry(connection: Connection, which: Mapping[str, Any], now_ms: int) -> list[int]:
    """One request for each living poller, as hosts may be shared out; returns their ids, none where none lives.

    Args:
        connection: for writing.
        which: `{"host_ids": […]}`, `{"credential": NAME}` or `{"all": True}`.
        now_ms: UTC milliseconds.
    """
    return [
        create_request(connection, RequestKind.RETRY_HOSTS, {**which, "poller_id": poller.id}, now_ms)
        for poller in live_pollers(connection, now_ms)
    ]
