"""What is said, before it is dressed for a place."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alerts.receivers.message_text import label_pairs, message_text
from alerts.thresholds import Severity
from storage.series import format_labels
from storage.translation import choose_language
from tests.alerts.receivers.made_message import (
    AT,
    HOSTILE,
    MINUTE_MS,
    hostile_message,
    made,
    made_alert,
    resolved_alert,
    text_of,
)


@pytest.fixture
def korean() -> Iterator[None]:
    choose_language("ko")
    yield
    choose_language("en")


def test_one_alert_says_what_where_how_bad_since_when_and_what_to_do() -> None:
    text = text_of()
    (alert,) = text.alerts
    assert text.subject == "Critical: db1: Disk /srv 96.2%, over 90%"
    assert alert.when == "since 2026-01-01 01:46 UTC (14 min)"
    assert ("Rule", "Disk nearly full") in alert.facts
    assert ("Series", 'filesystem_used_percent{mount="/srv"}') in alert.facts
    assert "du -xh /srv" in alert.step
    assert text.summary == ""


@pytest.mark.parametrize(
    ("changed", "title"),
    [
        ({"metric": "memory_available_bytes", "series": "", "value": 2**28, "limit": 2**30}, "under 1.0 GiB"),
        ({"metric": "network_receive_bytes_per_second", "value": 16.8e6, "limit": 1e7}, "16.8 MB/s, over 10.0 MB/s"),
        ({"metric": "up", "series": "", "value": 250.0, "limit": 60.0}, "Not reachable 4 min 10 s, over 1 min"),
        ({"metric": "disk_await_seconds", "value": 0.25, "limit": 0.1}, "Disk latency /srv 250.0 ms, over 100.0 ms"),
        ({"metric": "temperature_celsius", "value": 91.5, "limit": 90.0}, "91.5 °C, over 90 °C"),
        ({"metric": "unit_up", "series": 'unit="nginx.service"', "value": 0.0, "limit": 1.0}, "Unit nginx.service 0"),
        ({"metric": "custom", "series": 'check="q",series="depth"', "value": 7.0, "limit": None}, "custom q depth 7"),
        ({"value": None}, "Disk /srv"),
        ({"value": float("nan")}, "Disk /srv \N{EN DASH}"),
        ({"value": 90.0}, "Disk /srv 90%, at its level"),
    ],
)
def test_the_value_is_held_against_the_level_in_its_unit(changed: dict[str, Any], title: str) -> None:
    assert title in text_of(made_alert(**changed)).alerts[0].title


def test_a_value_that_was_worked_out_is_explained_and_not_given_a_wrong_unit() -> None:
    forecast = made_alert(value=104.0, limit=100.0, explanation={"code": "full_in", "seconds": 4 * 3600.0})
    (alert,) = text_of(forecast).alerts
    assert alert.title == "Disk /srv"
    assert alert.notes[0] == "at this rate full in 4 h"
    mean = made_alert(explanation={"code": "mean_over", "seconds": 300.0})
    assert text_of(mean).alerts[0].title == "Disk /srv 96.2%, over 90%"


def test_what_is_over_says_how_long_it_took_and_asks_for_nothing() -> None:
    text = text_of(resolved_alert())
    (alert,) = text.alerts
    assert text.subject == "Resolved: db1: Disk /srv 71%"
    assert text.severity is Severity.OK
    assert alert.when == "resolved 2026-01-01 01:59 UTC, after 13 min"
    assert alert.step == ""


def test_one_that_goes_on_gives_its_name_to_the_message_though_others_are_over() -> None:
    assert text_of(made_alert(host="db9"), resolved_alert()).subject.startswith("Critical: db9: Disk /srv")


def test_many_are_counted_and_what_is_left_out_is_said() -> None:
    alerts = [made_alert(number, host=f"h{number}") for number in range(3)]
    text = text_of(*alerts, resolved_alert(9), firing=1000, resolved=4, hosts=990, group=(("alertname", "Disk"),))
    assert text.subject == "Critical: 1000 alerts on 990 hosts (Disk)"
    assert text.summary == "1000 firing, 4 resolved, on 990 hosts"
    assert text.left_out == 1000


def test_where_all_are_shown_they_are_counted_by_severity() -> None:
    text = text_of(made_alert(), made_alert(2, severity=Severity.WARNING), made_alert(3, host="db2"))
    assert text.summary == "3 firing (2 Critical, 1 Warning), on 2 hosts"


def test_the_worst_of_those_that_go_on_heads_it() -> None:
    assert text_of(made_alert(severity=Severity.WARNING), resolved_alert()).severity is Severity.WARNING


def test_what_was_held_back_flapping_escalation_and_tests_are_said() -> None:
    text = text_of(held_back=3, kept_quiet=12, flapping=(1,), escalated=True)
    assert len(text.notes) == 4
    assert "12 alerts that follow from this are kept quiet." in text.notes
    assert any(note.startswith("This receiver gets only so many messages: 3 more are part") for note in text.notes)
    tried = text_of(test=True)
    assert tried.subject == "Test message of Watchpost"
    assert "nothing to do" in tried.notes[0]


def test_times_are_in_the_zone_of_the_receiver() -> None:
    text = message_text(made(), ZoneInfo("Asia/Seoul"))
    assert text.alerts[0].when == "since 2026-01-01 10:46 KST (14 min)"
    assert "2026-01-01 11:00 KST" in text.foot


def test_a_clock_that_was_set_back_gives_no_negative_times() -> None:
    assert "(0 s)" in text_of(made_alert(fired_at=AT + MINUTE_MS)).alerts[0].when


def test_who_is_on_it_and_what_the_rule_says_stand_there() -> None:
    notes = {"summary": "The backup disk", "description": "See the rack", "runbook_url": "https://wiki.example/disk"}
    (alert,) = text_of(made_alert(acknowledged_by="kim", annotations=notes)).alerts
    assert ("Acknowledged by", "kim") in alert.facts
    assert alert.notes == ("The backup disk", "See the rack")
    assert alert.runbook == "https://wiki.example/disk"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "https://x/ y", 'https://x/"onclick=', "HTTPS", "https://ü/"]
)
def test_only_a_web_address_becomes_a_link(link: str) -> None:
    assert text_of(made_alert(annotations={"runbook_url": link})).alerts[0].runbook == ""


@pytest.mark.usefixtures("korean")
def test_in_korean_nothing_stays_english() -> None:
    text = text_of(
        made_alert(acknowledged_by="김"), made_alert(4), resolved_alert(), held_back=1, escalated=True, flapping=(1, 2)
    )
    words = [text.subject, text.title, text.summary, text.foot, *text.notes]
    for alert in text.alerts:
        words += [alert.when, alert.title, *(label for label, _ in alert.facts)]
    for word in words:
        assert any("가" <= letter <= "힣" for letter in word), word


@pytest.mark.parametrize("word", HOSTILE)
def test_nothing_that_moves_a_cursor_or_turns_writing_round_is_left(word: str) -> None:
    text = message_text(hostile_message(word))
    said = [text.subject, text.title, text.summary, text.foot, *text.notes]
    for alert in text.alerts:
        said += [alert.title, alert.host, alert.when, alert.step, *alert.notes, *(v for _, v in alert.facts)]
    assert all(part.isprintable() for part in said)


def test_texts_of_any_length_are_cut() -> None:
    text = message_text(hostile_message("x" * 100_000))
    assert len(text.subject) <= 200
    assert all(len(note) <= 1000 for alert in text.alerts for note in alert.notes)


@pytest.mark.parametrize("value", ["/srv", 'a"b\\c', "x,y=z{}", "", "line\nbreak", 'mount="/x"'])
def test_labels_are_read_back_as_they_were_written(value: str) -> None:
    assert label_pairs(format_labels([("a", value), ("b", "1")])) == [("a", value), ("b", "1")]


def test_a_name_behind_a_command_is_quoted_for_the_shell() -> None:
    step = text_of(made_alert(series='mount="/a; rm -rf $HOME \'x"')).alerts[0].step
    assert "du -xh '/a; rm -rf $HOME '\\''x' |" in step
    assert "du -xh '-rf' " in text_of(made_alert(series='mount="-rf"')).alerts[0].step
