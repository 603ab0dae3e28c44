"""Silences and maintenance windows in words and as JSON. Pure."""

from collections.abc import Sequence
from typing import Any

from alerts.notifier.documents import BrokenBodyError, matchers_of
from storage.alerting.silence_rows import SilenceRow
from storage.alerting.window_rows import WindowRow
from storage.utc import iso_utc
from watchpost.alert_scope import matchers_text


def about_text(body: object) -> str:
    """What its conditions are about; also of a row that a newer version wrote."""
    try:
        return matchers_text(matchers_of(body))
    except BrokenBodyError as error:
        return f"not used: {error.message}"


def silence_as_json(silence: SilenceRow) -> dict[str, Any]:
    """For scripts."""
    return {
        "id": silence.id,
        "matchers": silence.matchers,
        "from": iso_utc(silence.starts_at),
        "to": iso_utc(silence.ends_at),
        "author": silence.author,
        "why": silence.comment,
        "created": iso_utc(silence.created_at),
    }


def window_as_json(window: WindowRow, following: Sequence[int]) -> dict[str, Any]:
    """For scripts, with the next times that it begins."""
    return {
        "name": window.name,
        "matchers": window.matchers,
        "recurrence": window.recurrence,
        "time_zone": window.time_zone,
        "duration_s": window.duration_s,
        "enabled": window.enabled,
        "author": window.author,
        "why": window.comment,
        "next": [iso_utc(each) for each in following],
    }
