"""Comparisons as people see them."""

import pytest
from rich.console import Console

from fleet.around import Compared
from fleet.before_after import Change, Verdict
from fleet.compared_side import Side
from storage.catalogue import CATALOGUE
from storage.quantities import ABSENT
from storage.rollup import Interval
from tests.recorded import key
from watchpost.comparison_text import comparison_table, notes


def side(mean: float | None, covered: float = 1.0) -> Side:
    return Side(mean, mean, mean, 0 if mean is None else 720, covered)


def compared(
    metric: str,
    before: Side,
    after: Side,
    verdict: Verdict = Verdict.CHANGED,
    *,
    interval: Interval = Interval.RAW,
    one_side: tuple[str, ...] = (),
    **labels: str,
) -> Compared:
    difference = None if before.mean is None or after.mean is None else after.mean - before.mean
    percent = difference / before.mean * 100 if difference is not None and before.mean else None
    change = Change(before=before, after=after, difference=difference, percent=percent, margin=None, verdict=verdict)
    return Compared(
        series=key(metric, **labels),
        unit=CATALOGUE[metric].unit,
        interval=interval,
        change=change,
        of_host={"a": change},
        only_one_side=one_side,
    )


def drawn(*found: Compared, width: int = 100) -> str:
    console = Console(width=width, color_system="truecolor", force_terminal=True, markup=False, highlight=False)
    with console.capture() as captured:
        console.print(comparison_table(found))
    return captured.get()


def words(*found: Compared) -> list[str]:
    console = Console(width=200, color_system=None, markup=False, highlight=False)
    with console.capture() as captured:
        console.print(comparison_table(found))
    return [" ".join(line.split()) for line in captured.get().splitlines()[1:]]


@pytest.mark.parametrize(
    ("metric", "before", "after", "texts"),
    [
        ("cpu_usage_percent", 20.0, 40.0, ("20.0%", "40.0%", "+20.0 points (+100%)", "worse")),
        (
            "cpu_usage_percent",
            40.0,
            20.0,
            ("40.0%", "20.0%", "\N{MINUS SIGN}20.0 points (\N{MINUS SIGN}50%)", "better"),
        ),
        ("check_up", 1.0, 0.5, ("1.00", "0.50", "\N{MINUS SIGN}0.50 (\N{MINUS SIGN}50%)", "worse")),
        ("network_receive_bytes_per_second", 1e6, 2e6, ("1.0 MB/s", "2.0 MB/s", "+1.0 MB/s (+100%)", "more")),
        (
            "network_receive_bytes_per_second",
            2e6,
            1e6,
            ("2.0 MB/s", "1.0 MB/s", "\N{MINUS SIGN}1.0 MB/s (\N{MINUS SIGN}50%)", "less"),
        ),
        ("disk_await_seconds", 0.001, 0.1, ("1.0 ms", "100.0 ms", "+99.0 ms (100 times)", "worse")),
        ("memory_used_bytes", 0.0, 2.0**30, ("0 B", "1.0 GiB", "+1.0 GiB", "worse")),
    ],
    ids=["worse", "better", "more is better", "more", "less", "huge", "from zero"],
)
def test_a_change_is_told_in_its_unit_and_judged_where_there_is_a_better_way(
    metric: str, before: float, after: float, texts: tuple[str, str, str, str]
) -> None:
    first, second = words(compared(metric, side(before), side(after)))
    assert first == f"{metric} before {texts[0]} {texts[0]} {texts[0]} {texts[2]}"
    assert second == f"after {texts[1]} {texts[1]} {texts[1]} {texts[3]}"


@pytest.mark.parametrize(
    ("before", "after", "verdict", "said"),
    [
        (20.0, 21.0, Verdict.WITHIN_NOISE, ("+1.0 points (+5%)", "within the noise")),
        (20.0, 20.0, Verdict.WITHIN_NOISE, ("±0.0 points (0%)", "within the noise")),
        (20.0, 40.0, Verdict.NOT_ENOUGH_DATA, ("+20.0 points (+100%)", "not enough data")),
        (20.0, None, Verdict.NOT_ENOUGH_DATA, (ABSENT, "no readings after")),
        (None, None, Verdict.NOT_ENOUGH_DATA, (ABSENT, "no readings before and after")),
    ],
    ids=["noise", "same", "few", "one side", "none"],
)
def test_no_change_is_claimed_that_may_be_none(
    before: float | None, after: float | None, verdict: Verdict, said: tuple[str, str]
) -> None:
    first, second = words(compared("cpu_usage_percent", side(before), side(after), verdict))
    assert first.endswith(said[0])
    assert second.endswith(said[1])


def test_colour_is_only_where_there_is_a_better_way_and_a_change() -> None:
    worse = drawn(compared("cpu_usage_percent", side(20.0), side(40.0)))
    neutral = drawn(compared("network_receive_bytes_per_second", side(20.0), side(40.0)))
    noise = drawn(compared("cpu_usage_percent", side(20.0), side(40.0), Verdict.WITHIN_NOISE))
    assert "38;2;242;106;106" in worse
    assert "38;2;" not in neutral + noise


def test_it_fits_100_columns_whatever_the_numbers_are() -> None:
    found = compared("network_transmit_bytes_per_second", side(123.4e6), side(99.9e9))
    lines = words(found)
    assert max(len(line) for line in drawn(found).splitlines()) > 0
    console = Console(width=100, color_system=None)
    with console.capture() as captured:
        console.print(comparison_table([found]))
    assert len(captured.get().splitlines()) == len(lines) + 1


def test_labels_are_shown_harmless() -> None:
    found = compared("check_seconds", side(1.0), side(1.0), Verdict.WITHIN_NOISE, check="a\x1b[31m")
    assert 'check_seconds{check="a\ufffd[31m"}' in words(found)[0]


def test_a_host_has_a_table_of_its_own() -> None:
    console = Console(width=200, color_system=None)
    with console.capture() as captured:
        console.print(comparison_table([compared("load1", side(1.0), side(1.0))], host="b"))
    assert "load1" not in captured.get()


def test_what_holds_for_all_is_said_once_and_what_does_not_with_its_names() -> None:
    short = [compared(metric, side(1.0), side(1.0, 0.5)) for metric in ("load1", "load5")]
    assert notes(short) == ["Readings for only 50% of the time after."]
    mixed = [*short, compared("load15", side(1.0), side(1.0), Verdict.WITHIN_NOISE, interval=Interval.M5)]
    assert notes(mixed)[1:] == [
        "Readings for only 50% of the time after: load1, load5.",
        "From means of 5m rather than from each reading: load15.",
    ]


def test_of_many_hosts_that_were_left_out_some_are_named() -> None:
    names = tuple(f"h{place:02}" for place in range(13))
    (note,) = notes([compared("load1", side(1.0), side(1.0), one_side=names)])
    assert note.endswith("h08, h09 and 3 more).")
