import json
import math
from dataclasses import fields

import pytest

from storage.poller_figures import PollerFigures, PollerHealth, PollerTrouble, figures_from_json

FULL = PollerFigures(
    hosts=1000,
    up=987,
    connecting=3,
    blocked=1,
    by_reason={"timeout": 9, "host_key_changed": 1},
    scrapes_total=123_456,
    scrapes_per_s=197.4,
    stored_total=123_400,
    lost_total=7,
    failures_total={"timeout": 40},
    delay_p50_ms=412.0,
    delay_p99_ms=780.5,
    queue=56,
    commit_p50_ms=3.1,
    commit_p99_ms=21.0,
    sealing_lag_s=1.5,
    spool_rows=12,
    spool_bytes=4096,
    memory_bytes=150_000_000,
    cpu_s=61.25,
    cpu_percent=4.9,
    open_files=1100,
    workers=2,
    epoch=3,
    is_leader=False,
    health=PollerHealth.DEGRADED,
    troubles=(PollerTrouble.DATABASE_AWAY, PollerTrouble.SPOOL_IN_USE),
)


def test_what_is_written_is_read_back() -> None:
    assert figures_from_json(json.loads(json.dumps(FULL.as_json()))) == FULL


def test_what_is_not_known_is_left_out() -> None:
    assert not {"delay_p50_ms", "cpu_s", "sealing_lag_s"} & PollerFigures().as_json().keys()


def test_every_figure_can_be_written() -> None:
    assert FULL.as_json().keys() == {one.name for one in fields(PollerFigures)}


def test_no_database_would_take_what_is_no_number() -> None:
    assert "cpu_percent" not in PollerFigures(cpu_percent=math.nan).as_json()


@pytest.mark.parametrize("content", [None, {}, [], "figures", 5], ids=str)
def test_where_nothing_was_written_there_is_nothing(content: object) -> None:
    assert figures_from_json(content) is None


@pytest.mark.parametrize(
    "strange",
    [
        {"hosts": "many"},
        {"hosts": -4},
        {"hosts": True},
        {"hosts": 1e999},
        {"by_reason": [1]},
        {"by_reason": {"timeout": "x", "refused": None}},
        {"health": "splendid"},
        {"health": 3},
        {"troubles": "database_away"},
        {"troubles": ["from_a_later_version", 4, None]},
        {"is_leader": 0},
        {"a_later_figure": 5},
    ],
    ids=json.dumps,
)
def test_what_another_version_wrote_counts_as_not_known(strange: dict[str, object]) -> None:
    assert figures_from_json({**strange, "up": 2}) == PollerFigures(up=2)


def test_no_more_reasons_are_read_than_there_can_be() -> None:
    read = figures_from_json({"by_reason": {f"{'r' * 500}{number}": 1 for number in range(100_000)}})
    assert read is not None
    assert len(read.by_reason) <= 64
    assert max(len(reason) for reason in read.by_reason) <= 64
