"""How large a database becomes; figures by hand."""

from dataclasses import replace

import pytest

from storage.care.forecast import (
    PROCESSES_SHARE,
    ROLLED_SHARE,
    SEALED_SHARE,
    THINNED_SHARE,
    USUAL_OVERHEAD,
    Flow,
    Forecast,
    flows_of,
    forecast,
)
from storage.care.holding import Holding, Part
from storage.retentions import PRESETS, Retention, Retentions
from storage.scrape import Cadence

HOUR = 3_600_000
DAY = 24 * HOUR
NOW = 20_000 * DAY
MIB = 2**20
ONLY_RAW = Retention(raw_s=7 * 86_400.0, m1_s=0.0, m5_s=0.0, h1_s=0.0, d1_s=0.0, processes_s=0.0, processes_1m_s=0.0)
KEPT = Retentions(ONLY_RAW, {}, None)
HALF_A_BLOCK_H = 3
WAITING_H = 0.75 * 0.25
"""Of raw readings of the fast group: they go half an hour at a time."""


def holding(part: Part, *, per_hour: float, days: float, host_id: int = 1, cadence: Cadence = Cadence.FAST) -> Holding:
    """So many bytes an hour for so many days up to now."""
    return Holding(
        host_id=host_id,
        part=part,
        cadence=cadence,
        rows=1,
        samples=1,
        stored_bytes=round(per_hour * 24 * days),
        first_ts=NOW - round(days * DAY),
        last_ts=NOW,
        recent_bytes=round(per_hour * 24),
        recent_ms=DAY,
    )


@pytest.mark.parametrize(
    ("held_h", "kept_h", "hours", "expected"),
    [
        pytest.param(10, 100, 0, 1000, id="now"),
        pytest.param(10, 100, 20, 3000, id="it grows"),
        pytest.param(10, 100, 90, 10_000, id="until it is full"),
        pytest.param(10, 100, 5000, 10_000, id="and stays so"),
        pytest.param(100, 100, 50, 10_000, id="full already"),
        pytest.param(100, 40, 0, 4000, id="kept for less than there is"),
        pytest.param(100, 0, 1, 0, id="no longer kept"),
    ],
)
def test_a_flow_grows_as_long_as_it_is_kept(held_h: float, kept_h: float, hours: float, expected: float) -> None:
    flow = Flow(bytes_per_hour=100, held_h=held_h, kept_h=kept_h, stored_bytes=round(held_h * 100))
    assert flow.stored_after(hours) == expected


@pytest.mark.parametrize(("kept_h", "expected"), [(5, 700.0), (0, 0.0)])
def test_what_no_longer_grows_stays_until_it_is_no_longer_kept(kept_h: float, expected: float) -> None:
    assert Flow(0.0, 3.0, kept_h, 700).stored_after(1000) == expected


def test_without_readings_it_stays_as_it_is() -> None:
    assert forecast([], {}, KEPT, used_bytes=MIB, now_ms=NOW) == Forecast(MIB, MIB, 0, None, capped=False)


def test_raw_readings_alone_fill_their_week_and_no_more() -> None:
    held = [holding(Part.RAW, per_hour=10 * MIB / 24, days=2)]
    found = forecast(held, {1: None}, KEPT, used_bytes=20 * MIB, now_ms=NOW)
    week = 10 * MIB * (7 + HALF_A_BLOCK_H / 24)
    waiting = 10 * MIB / 24 / SEALED_SHARE * WAITING_H
    assert found.in_30_days == found.full == pytest.approx(week + waiting, rel=1e-6)
    assert found.full_in_days == 5


def test_what_pages_and_indexes_take_is_measured_on_the_database_itself() -> None:
    held = [holding(Part.RAW, per_hour=10 * MIB / 24, days=7)]
    lean = forecast(held, {1: None}, KEPT, used_bytes=round(70 * MIB * 1.1), now_ms=NOW).full
    broad = forecast(held, {1: None}, KEPT, used_bytes=round(70 * MIB * 1.4), now_ms=NOW).full
    assert broad / lean == pytest.approx(1.4 / 1.1)
    odd = forecast(held, {1: None}, KEPT, used_bytes=round(70 * MIB * 9), now_ms=NOW).full
    assert odd == pytest.approx(lean * 2 / 1.1 + 70 * MIB * 7, rel=0.01)


def test_a_small_database_is_taken_for_an_ordinary_one() -> None:
    held = [holding(Part.RAW, per_hour=1000, days=7)]
    found = forecast(held, {1: None}, KEPT, used_bytes=500_000, now_ms=NOW)
    assert found.in_30_days == pytest.approx(
        500_000 + USUAL_OVERHEAD * (3000 + 1000 / SEALED_SHARE * WAITING_H), rel=1e-3
    )


def rates(held: list[Holding], retention: Retention = PRESETS["long"], polled: bool = True) -> dict[float, float]:
    flows = flows_of(held, {1: None} if polled else {}, Retentions(retention, {}, None), now_ms=NOW)
    return {round(flow.kept_h, 3): flow.bytes_per_hour for flow in flows if flow.kept_h}


def test_tiers_that_have_only_begun_grow_as_is_usual() -> None:
    found = rates([holding(Part.RAW, per_hour=1000, days=0.1)])
    days = {7: 1.0, 30: ROLLED_SHARE[Part.M1], 90: ROLLED_SHARE[Part.M5], 365: ROLLED_SHARE[Part.H1]}
    for kept_days, share in days.items():
        (rate,) = (rate for kept_h, rate in found.items() if kept_days * 24 <= kept_h < kept_days * 24 * 1.05)
        assert rate == pytest.approx(1000 * share)


def test_a_database_that_was_only_just_begun_is_judged_by_what_waits_in_head() -> None:
    found = rates([holding(Part.HEAD, per_hour=1000, days=0.01)], ONLY_RAW)
    assert found[7 * 24 + HALF_A_BLOCK_H] == pytest.approx(1000 * SEALED_SHARE)


def test_process_tables_are_kept_in_two_ways() -> None:
    found = rates([holding(Part.SNAPSHOTS, per_hour=1000, days=0.01, cadence=Cadence.PROCESSES)], PRESETS["default"])
    assert found[24.5] == pytest.approx(1000 * PROCESSES_SHARE)
    assert found[6 * 24 + 0.5] == pytest.approx(1000 * PROCESSES_SHARE * THINNED_SHARE)


def test_hosts_that_are_not_polled_only_get_older() -> None:
    assert set(rates([holding(Part.RAW, per_hour=1000, days=1)], polled=False).values()) == {0.0}


def test_a_group_of_its_own_retention_is_counted_by_it() -> None:
    held = [holding(Part.RAW, per_hour=10 * MIB / 24, days=7)]
    shorter = Retentions(ONLY_RAW, {"web": replace(ONLY_RAW, raw_s=86_400.0)}, None)
    for group, days in (("web", 1), ("db", 7), (None, 7)):
        found = forecast(held, {1: group}, shorter, used_bytes=70 * MIB, now_ms=NOW)
        assert found.full / MIB == pytest.approx(10 * days, rel=0.05, abs=3)


@pytest.mark.parametrize(("cap", "size", "capped"), [(40 * MIB, 40 * MIB, True), (500 * MIB, 71.8 * MIB, False)])
def test_it_does_not_become_larger_than_its_cap(cap: int, size: float, *, capped: bool) -> None:
    held = [holding(Part.RAW, per_hour=10 * MIB / 24, days=2)]
    found = forecast(held, {1: None}, replace(KEPT, size_cap_bytes=cap), used_bytes=20 * MIB, now_ms=NOW)
    assert found.full == pytest.approx(size, rel=0.01)
    assert found.capped == capped
