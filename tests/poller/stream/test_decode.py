"""Lines to scrapes."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple

from poller.stream.decode import LAYOUTS_LIMIT, BadLineError, Decoder, Hello
from poller.stream.process_list import PROCESSES_LIMIT
from storage.scrape import Cadence, Process, Scrape

NOW = 1_790_000_000.0
HELLO: dict[str, Any] = {
    "watchpost": 1,
    "reader": "proc",
    "interval_s": 5.0,
    "m": 100.0,
    "t": NOW + 3.5,
    "inventory": {"hostname": "db1", "cpu_count": 16, "python": "3.11.2", "mounts": [["/", "/dev/sda1", "ext4"]]},
}
LAYOUT: dict[str, Any] = {
    "layout": 0,
    "group": "fast",
    "series": [["load1"], ["cpu_seconds_total", "mode", "user"], ["memory_free_bytes"]],
}
PROCESS: list[Any] = [1, "init", "/sbin/init", "root", 0.5, 1000, 2000, 60.0]


def line(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def greeted(*layouts: dict[str, Any]) -> Decoder:
    decoder = Decoder(7)
    decoder.decode(line(**HELLO), NOW)
    for layout in layouts or (LAYOUT,):
        decoder.decode(line(**layout), NOW)
    return decoder


def plain(processes: tuple[Process, ...] | None) -> list[tuple[object, ...]]:
    return [astuple(process) for process in processes or ()]


def scrape(decoder: Decoder, raw: bytes, arrived_at: float = NOW + 5) -> Scrape:
    decoded = decoder.decode(raw, arrived_at)
    assert isinstance(decoded, Scrape)
    return decoded


def test_the_greeting_says_what_the_host_is() -> None:
    hello = Decoder(7).decode(line(**HELLO), NOW)
    assert isinstance(hello, Hello)
    assert hello.reader == "proc"
    assert hello.interval_s == 5.0
    assert hello.session_at == NOW * 1000
    assert hello.clock_skew_s == pytest.approx(3.5)
    assert hello.inventory["hostname"] == "db1"
    assert hello.inventory["cpu_count"] == 16
    assert hello.inventory["machine"] is None
    assert hello.inventory["mounts"] == [["/", "/dev/sda1", "ext4"]]


def test_a_reading_becomes_a_scrape_of_the_host() -> None:
    decoded = scrape(greeted(), line(n=0, m=105.0, t=0, fast=[0, [1.5, 20, None]], top=[PROCESS]))
    assert decoded.host_id == 7
    assert decoded.ts == (NOW + 5) * 1000
    assert decoded.session_at == NOW * 1000
    (vector,) = decoded.vectors
    assert vector.cadence is Cadence.FAST
    assert [str(key) for key in vector.layout.series] == [
        "load1",
        'cpu_seconds_total{mode="user"}',
        "memory_free_bytes",
    ]
    np.testing.assert_array_equal(vector.values, [1.5, 20.0, np.nan])
    assert plain(decoded.processes) == [(1, "init", "/sbin/init", "root", 0.5, 1000, 2000, 60.0)]


def test_all_groups_of_a_line_are_kept_apart() -> None:
    decoder = greeted(
        LAYOUT,
        {"layout": 1, "group": "processes", "series": [["processes"]]},
        {"layout": 2, "group": "slow", "series": [["boot_time_seconds"]]},
        {"layout": 3, "group": "checks", "series": [["check_up", "check", "web"], ["check_seconds", "check", "web"]]},
    )
    parts = {"fast": [0, [1, 2, 3]], "processes": [1, [214]], "slow": [2, [1.7e9]], "checks": [3, [1, 0.25]]}
    decoded = scrape(decoder, line(n=0, m=105, t=NOW + 7, **parts))
    assert [(vector.cadence, vector.values.tolist()) for vector in decoded.vectors] == [
        (Cadence.FAST, [1, 2, 3]),
        (Cadence.PROCESSES, [214]),
        (Cadence.SLOW, [1.7e9, 2.0]),
        (Cadence.CHECKS, [1, 0.25]),
    ]
    assert decoded.processes is None


def slow_values(skewed: object, arrived_at: float = NOW + 5) -> list[float]:
    decoder = greeted({"layout": 2, "group": "slow", "series": [["clock_skew_seconds"], ["boot_time_seconds"]]})
    fields = {} if skewed is None else {"t": skewed}
    (vector,) = scrape(decoder, line(n=0, m=105, slow=[2, [77, 1.7e9]], **fields), arrived_at).vectors
    assert [key.name for key in vector.layout.series] == ["boot_time_seconds", "clock_skew_seconds"]
    found: list[float] = vector.values.tolist()
    return found


def test_the_skew_of_a_clock_is_told_by_us_and_never_by_the_host() -> None:
    assert slow_values(NOW + 5 - 86_400) == [1.7e9, -86_400.0]


def test_a_line_that_was_held_up_does_not_look_like_a_slow_clock() -> None:
    assert slow_values(NOW + 5.25, arrived_at=NOW + 65) == [1.7e9, 0.25]


@pytest.mark.parametrize("t", [None, 0.0, -1e300, 1e300, NOW + 11 * 365 * 86_400])
def test_a_clock_that_was_never_set_has_no_skew(t: float | None) -> None:
    np.testing.assert_array_equal(slow_values(t), [1.7e9, np.nan])


def test_unknown_series_are_left_out_of_every_vector() -> None:
    decoder = greeted({"layout": 0, "group": "fast", "series": [["load1"], ["new_in_version_9"], ["load5"]]})
    (vector,) = scrape(decoder, line(n=0, m=101, fast=[0, [1, 2, 3]])).vectors
    assert vector.values.tolist() == [1, 3]


def test_a_counter_below_zero_is_absent_and_a_gauge_below_zero_is_not() -> None:
    (vector,) = scrape(greeted(), line(n=0, m=101, fast=[0, [-1, -1, -1]])).vectors
    np.testing.assert_array_equal(vector.values, [-1, np.nan, -1])


def test_a_layout_may_be_replaced_under_its_number() -> None:
    decoder = greeted()
    decoder.decode(line(layout=0, group="fast", series=[["load5"]]), NOW)
    (vector,) = scrape(decoder, line(n=0, m=101, fast=[0, [1]])).vectors
    assert str(vector.layout.series[0]) == "load5"


def test_a_line_that_came_late_has_the_time_at_which_it_was_read() -> None:
    decoder = greeted()
    scrape(decoder, line(n=0, m=105, fast=[0, [1, 2, 3]]), NOW + 5)
    assert scrape(decoder, line(n=1, m=110, fast=[0, [1, 2, 3]]), NOW + 40).ts == (NOW + 10) * 1000


def test_the_error_line_is_for_the_transport() -> None:
    assert Decoder(7).decode(line(error="psutil_missing", detail="no module"), NOW) is None


def test_a_processs_words_are_made_harmless() -> None:
    row = [1, "a\x1b[31m", "rm\n-rf " + "x" * 5000, "\u202eroot", -1.0, 1, 2, -3.0]
    (process,) = scrape(greeted(), line(n=0, m=101, top=[row])).processes or ()
    assert process.name == "a\ufffd[31m"
    assert process.command.startswith("rm -rf x")
    assert len(process.command) == 1024
    assert process.user == "\ufffdroot"
    assert (process.cpu_percent, process.run_s) == (0, 0)


def test_inventory_is_made_harmless_and_bounded() -> None:
    inventory = {"hostname": "\x07" + "h" * 999, "mounts": [["/\x1b", "d", "t"]] * 5000}
    hello = Decoder(7).decode(line(**{**HELLO, "inventory": inventory}), NOW)
    assert isinstance(hello, Hello)
    assert hello.inventory["hostname"].startswith("\ufffdhhh")
    assert len(hello.inventory["hostname"]) == 255
    assert len(hello.inventory["mounts"]) == 1024
    assert hello.inventory["mounts"][0][0] == "/\ufffd"


VALUES = [1, 2, 3]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"[1, 2]",
        b"{}",
        b'{"n": 0}',
        b'{"n": 0, "m": NaN, "fast": [0, [1, 2, 3]]}',
        b'{"n": 0, "m": 101, "fast": [0, [1, 2, 1e999]]}',
        b'{"n": 0, "m": 101, "fast": [0, [1, 2, "3"]]}',
        b'{"n": 0, "m": 101, "fast": [0, [1, 2, ' + b"1" * 5000 + b"]]}",
        b'{"n": 0, "m": 101, "x": ' + b"[" * 100_000,
        b'{"n": 0, "m": 101, "top": [["x"]]}',
        line(n=0, m=101, fast=[0, [1, 2]]),
        line(n=0, m=101, fast=[9, VALUES]),
        line(n=0, m=101, slow=[0, VALUES]),
        line(n=0, m=-1, fast=[0, VALUES]),
        line(n=0, m=99, fast=[0, VALUES]),
        line(n=0, m=1e300, fast=[0, VALUES]),
        line(n=0, m=101, top=[PROCESS] * (PROCESSES_LIMIT + 1)),
        line(n=0, m=101, top=[[-1, *PROCESS[1:]]]),
        line(n=0, m=101, top=[[10**30, *PROCESS[1:]]]),
        line(layout=0, group="weekly", series=[["load1"]]),
        line(layout=0, group="fast", series=[["load1", "x"]]),
        line(**HELLO),
    ],
    ids=lambda raw: raw[:60].decode("ascii", "replace"),
)
def test_a_bad_line_costs_itself_alone(raw: bytes) -> None:
    decoder = greeted()
    with pytest.raises(BadLineError):
        decoder.decode(raw, NOW + 1)
    assert scrape(decoder, line(n=1, m=102, fast=[0, VALUES])).vectors[0].values.tolist() == VALUES


def test_a_reading_before_the_greeting_is_refused() -> None:
    with pytest.raises(BadLineError, match="greeting"):
        Decoder(7).decode(line(n=0, m=1), NOW)


def test_another_version_of_the_protocol_is_refused() -> None:
    with pytest.raises(BadLineError, match="version 2"):
        Decoder(7).decode(line(**{**HELLO, "watchpost": 2}), NOW)


def test_a_session_has_a_bounded_number_of_layouts() -> None:
    decoder = greeted(*({**LAYOUT, "layout": number} for number in range(LAYOUTS_LIMIT)))
    with pytest.raises(BadLineError, match="layouts"):
        decoder.decode(line(**{**LAYOUT, "layout": LAYOUTS_LIMIT}), NOW)
    decoder.decode(line(**{**LAYOUT, "layout": 0}), NOW)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
KEYS = ("n", "m", "t", "fast", "slow", "checks", "processes", "top", "layout", "group", "series", "watchpost", "error")
likely_lines = st.dictionaries(st.sampled_from(KEYS), json_values, max_size=6).map(lambda fields: line(**fields))
near_lines = st.tuples(
    st.integers(0, 2), st.floats(0, 200), st.lists(st.none() | st.floats(), max_size=4), st.integers(-5, 10**25)
).map(lambda p: line(n=1, m=p[1], fast=[p[0], p[2]], top=[[p[3], "n", "c", "u", 1.0, 1, 1, 1.0]]))


@given(st.lists(st.binary(max_size=200) | likely_lines | near_lines, max_size=5))
def test_whatever_a_host_sends_is_a_bad_line_or_a_sane_result(lines: list[bytes]) -> None:
    decoder = greeted()
    for raw in lines:
        try:
            decoded = decoder.decode(raw, NOW + 5)
        except BadLineError:
            continue
        if isinstance(decoded, Scrape):
            for vector in decoded.vectors:
                assert len(vector.values) == len(vector.layout.series)
                assert not np.isinf(vector.values).any()


def test_hosts_that_name_the_same_series_share_what_is_made_of_them() -> None:
    first, second = (scrape(greeted(), line(n=0, m=101.0, fast=[0, [1, 2, 3]])) for _ in range(2))
    assert first.vectors[0].layout is second.vectors[0].layout


def test_a_line_that_is_refused_leaves_the_clock_alone() -> None:
    decoder = greeted()
    with pytest.raises(BadLineError):
        decoder.decode(line(n=0, m=5000.0, fast=[0, [1, 2, 3]], top=[[*PROCESS[:5], -1, 2000, 60.0]]), NOW + 5)
    assert scrape(decoder, line(n=1, m=106.0, fast=[0, [1, 2, 3]])).ts > 0
