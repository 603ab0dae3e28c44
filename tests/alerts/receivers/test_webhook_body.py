"""The document for programs: its fields are a promise, so that they are all named here."""

import msgspec
import pytest

from alerts.receivers.links import Links
from alerts.receivers.message_text import message_text
from alerts.receivers.webhook_body import webhook_body
from tests.alerts.receivers.made_message import HOSTILE, hostile_message, made, made_alert, resolved_alert


class Counts(msgspec.Struct, forbid_unknown_fields=True):
    firing: int
    resolved: int
    hosts: int
    left_out: int
    held_back: int
    kept_quiet: int


class AlertOfVersion1(msgspec.Struct, forbid_unknown_fields=True):
    id: int
    status: str
    severity: str
    rule: str
    host: str
    host_id: int
    metric: str
    series: str
    labels: dict[str, str]
    title: str
    value: float | None
    limit: float | None
    fired_at: str
    resolved_at: str | None
    duration_s: float
    acknowledged_by: str | None
    annotations: dict[str, str]
    explanation: dict[str, float | str] | None


class LinksOfVersion1(msgspec.Struct, forbid_unknown_fields=True):
    view: str
    acknowledge: str | None


class Version1(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    id: str
    test: bool
    sent_at: str
    receiver: str
    route: str
    reason: str
    escalated: bool
    status: str
    severity: str
    title: str
    group: dict[str, str]
    counts: Counts
    flapping: list[int]
    alerts: list[AlertOfVersion1]
    links: LinksOfVersion1 | None


def read(message: object = None, links: Links | None = None) -> Version1:
    told = message or made()
    return msgspec.json.decode(webhook_body(told, message_text(told), links), type=Version1)  # type: ignore[arg-type]


def test_an_alert_is_there_with_all_that_is_known() -> None:
    document = read(made(made_alert(), resolved_alert(), group=(("group", "db"),), held_back=2, firing=3))
    assert (document.version, document.status, document.severity) == (1, "firing", "critical")
    assert document.sent_at == "2026-01-01T02:00:00.000Z"
    assert document.group == {"group": "db"}
    assert document.counts == Counts(firing=3, resolved=1, hosts=1, left_out=2, held_back=2, kept_quiet=0)
    first, second = document.alerts
    assert (first.status, first.value, first.limit, first.duration_s) == ("firing", 96.2, 90.0, 840.0)
    assert first.resolved_at is None
    assert (second.status, second.resolved_at) == ("resolved", "2026-01-01T01:59:00.000Z")


def test_numbers_that_are_none_are_null() -> None:
    document = read(made(made_alert(value=float("nan"), limit=float("inf"))))
    assert (document.alerts[0].value, document.alerts[0].limit) == (None, None)


def test_links_are_there_where_there_are_pages() -> None:
    assert read().links is None
    assert read(links=Links("https://w/v")).links == LinksOfVersion1("https://w/v", None)


@pytest.mark.parametrize("word", HOSTILE)
def test_names_come_through_as_they_are(word: str) -> None:
    document = read(hostile_message(word))
    assert document.alerts[0].host == word
    # What is meant to be shown is fit for it.
    assert document.title.isprintable()
