"""Whatever a host sends: nothing is raised, the session says why it ends, and what is kept is sane."""

import asyncio
import contextlib
import json
import math
import tracemalloc
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poller.failure import SessionError
from poller.stream.decode import MOUNTS_LIMIT, BadLineError, Decoder
from poller.stream.layout_choice import LABEL_LIMIT, SERIES_LIMIT
from poller.stream.lines import LINE_LIMIT, MARKER
from poller.stream.probe_stream import STDERR_AT_ONCE, ProbeStream
from poller.stream.process_list import COMMAND_LIMIT, NAME_LIMIT, PROCESSES_LIMIT
from poller.stream.session import Session
from storage.catalogue import CATALOGUE, Kind
from storage.derive import deriver_for
from storage.printable import printable
from storage.reason import Reason
from storage.scrape import Scrape, Vector
from storage.scrape_rows import pack_scrape

NOW = 1_790_000_000.0
DAY_S = 86_400.0
HELLO: dict[str, Any] = {
    "watchpost": 1,
    "reader": "proc",
    "interval_s": 5.0,
    "m": 100.0,
    "t": NOW,
    "inventory": {"hostname": "db1", "cpu_count": 2, "memory_total_bytes": 2**34, "mounts": [["/", "/dev/sda1", "x"]]},
}
LAYOUTS: tuple[dict[str, Any], ...] = (
    {
        "layout": 0,
        "group": "fast",
        "series": [["load1"], ["cpu_seconds_total", "mode", "user"], ["tcp_connections", "state", "LISTEN"]],
    },
    {"layout": 1, "group": "processes", "series": [["processes"]]},
    {"layout": 2, "group": "slow", "series": [["boot_time_seconds"], ["filesystem_size_bytes", "mount", "/"]]},
    {"layout": 3, "group": "checks", "series": [["custom_total", "check", "shop", "series", "orders"]]},
)
PROCESS = [1, "init", "/sbin/init", "root", 0.5, 1000, 2000, 60.0]


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


def reading(n: int, **changes: object) -> dict[str, Any]:
    """A whole, good reading, with other values in some places."""
    good = {
        "n": n,
        "m": 100.0 + 5 * n,
        "t": NOW + 5 * n,
        "fast": [0, [0.5, 10.0 + n, 3]],
        "processes": [1, [90]],
        "top": [PROCESS],
        "slow": [2, [1.7e9, 2**40]],
        "checks": [3, [n]],
    }
    return {**good, **changes}


GOOD = [HELLO, *LAYOUTS, *map(reading, range(4))]

NASTY_TEXTS = [
    "",
    "\x1b[2J\x1b]0;owned\x07",
    "<script>alert(1)</script><b>",
    '=HYPERLINK("http://x","y")',
    "@SUM(A1)",
    "\u202egnp.exe",
    "a\x00b\r\n\tc",
    "\ud800",
    "\ufeff\u200b",
    "x" * 5000,
    "..//..//etc",
    '{"n":1}',
    "日本語",
]
NASTY_NUMBERS = [-1, -0.0, 2**53 + 1, 2**63, 2**64, 10**25, -(10**25), 1e308, -1e308, 5e-324, DAY_S, -DAY_S, True, None]
# What json.dumps cannot say.
RAW = {
    "@nan": b"NaN",
    "@inf": b"-Infinity",
    "@exponent": b"1e999",
    "@digits": b"9" * 5000,
    "@fraction": b"0." + b"3" * 5000,
    "@deep": b"[" * 3000,
    "@deeper": b'{"a":' * 100_000,
    "@escape": b'"\\ud800\\udc"',
    "@utf8": b'"\xff\xc0\xaf"',
    "@nul": b'"\x00"',
}

values = st.one_of(
    st.sampled_from(NASTY_NUMBERS),
    st.sampled_from(NASTY_TEXTS),
    st.sampled_from(list(RAW)),
    st.integers(),
    st.floats(),
    st.lists(st.integers(-3, 10**20), max_size=5),
    st.dictionaries(st.text(max_size=5), st.none(), max_size=2),
)


def places(value: object, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to all values within a JSON value."""
    if way:
        yield way
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*way, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*way, index))


def replaced(value: Any, way: Sequence[Any], new: object) -> Any:  # noqa: ANN401 - any JSON value
    if not way:
        return new
    copy = value.copy()
    copy[way[0]] = replaced(value[way[0]], way[1:], new)
    return copy


WAYS = [(number, way) for number, line in enumerate(GOOD) for way in places(line)]


@st.composite
def spoilt_transcripts(draw: st.DrawFn) -> list[bytes]:
    """A good session with some of its values replaced, and then with its lines torn, doubled and thrown about."""
    lines = list(GOOD)
    for number, way in draw(st.lists(st.sampled_from(WAYS), max_size=4)):
        try:
            lines[number] = replaced(lines[number], way, draw(values))
        except (TypeError, LookupError, AttributeError):
            continue  # an earlier change has taken the place away
    texts = [raw(line) for line in lines]
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(texts) - 1))
        match draw(st.sampled_from(["tear", "double", "drop", "move", "noise", "join"])):
            case "tear":
                texts[at] = texts[at][: draw(st.integers(0, len(texts[at])))]
            case "double":
                texts.insert(at, texts[at])
            case "drop" if len(texts) > 1:
                del texts[at]
            case "move":
                texts.append(texts.pop(at))
            case "noise":
                texts.insert(at, draw(st.binary(max_size=40)))
            case "join":
                texts[at] += texts[at]
    return texts


def raw(line: object) -> bytes:
    text = encoded(line)
    for name, said in RAW.items():
        text = text.replace(encoded(name), said)
    return text


class Host:
    """A session, its clock and what came of it."""

    def __init__(self) -> None:
        self.now = NOW
        self.scrapes: list[Scrape] = []
        self.session = Session(7, on_scrape=self.scrapes.append, wall_clock=lambda: self.now)

    def send(self, lines: Sequence[bytes], every_s: float = 5.0) -> None:
        for line in lines:
            self.session.lines([line])
            self.now += every_s

    @property
    def failure(self) -> SessionError | None:
        return self.session.ended_with.result() if self.session.ended_with.done() else None


def played(lines: Sequence[bytes]) -> Host:
    """A session to which these lines were said, in an event loop of its own."""

    async def play() -> Host:
        host = Host()
        host.send(lines)
        return host

    return asyncio.run(play())


def assert_sane(host: Host) -> None:
    """Nothing was kept that could do harm to whoever stores, derives or shows it."""
    before = -math.inf
    for scrape in host.scrapes:
        assert before < scrape.ts <= host.now * 1000 + len(host.scrapes)
        assert scrape.ts >= (NOW - 300) * 1000
        before = scrape.ts
        cadences = [vector.cadence for vector in scrape.vectors]
        assert len(set(cadences)) == len(cadences)
        for vector in scrape.vectors:
            assert_sane_vector(vector)
        for process in scrape.processes or ():
            texts = (process.name, process.command, process.user)
            assert all(printable(text, COMMAND_LIMIT) == text for text in texts)
            numbers = (process.pid, process.rss_bytes, process.vsz_bytes)
            assert all(0 <= number < 2**63 for number in numbers)
            assert all(0 <= number < math.inf for number in (process.cpu_percent, process.run_s))
        assert len(scrape.processes or ()) <= PROCESSES_LIMIT
        # As the recorder will have it.
        pack_scrape(scrape)
    hello = host.session.hello
    if hello is not None:
        said = msgspec.json.encode(hello.inventory)
        assert len(said) < 4 * NAME_LIMIT * (3 * MOUNTS_LIMIT + 10)
        assert printable(said.decode(), len(said)) == said.decode()


def assert_sane_vector(vector: Vector) -> None:
    series = vector.layout.series
    assert vector.values.shape == (len(series),)
    assert not np.isinf(vector.values).any()
    assert len(set(series)) == len(series) <= SERIES_LIMIT + 1
    for key, value in zip(series, vector.values, strict=True):
        metric = CATALOGUE[key.name]
        assert metric.cadence is vector.cadence
        assert metric.kind is not Kind.DERIVED
        assert tuple(name for name, _ in key.labels) == metric.labels
        assert all(printable(text, LABEL_LIMIT) == text for _, text in key.labels)
        assert metric.kind is not Kind.COUNTER or not value < 0
    rows = np.stack((vector.values, vector.values))
    assert not np.isinf(deriver_for(vector.layout).compute(np.array([5.0]), rows)).any()


def test_the_good_session_is_taken_whole() -> None:
    host = played([encoded(line) for line in GOOD])
    assert len(host.scrapes) == 4
    assert host.failure is None
    assert_sane(host)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(spoilt_transcripts())
def test_a_spoilt_session_costs_its_bad_lines_alone(lines: list[bytes]) -> None:
    host = played(lines)
    assert_sane(host)
    assert host.failure is None or host.failure.reason is Reason.BAD_LINE


clock_steps = st.sampled_from([5.0, 5.0, 5.0, 0.0, 0.001, DAY_S, -DAY_S, -1e-9, 1e10, 300.0])


@settings(deadline=None)
@given(st.lists(st.tuples(clock_steps, clock_steps, st.sampled_from([5.0, 0.0, 40.0, 600.0])), max_size=12))
def test_however_the_hosts_clocks_jump_readings_keep_their_order_and_lie_in_the_present(
    steps: list[tuple[float, float, float]],
) -> None:
    async def play() -> Host:
        host = Host()
        host.send(list(map(encoded, GOOD[:5])))
        m, t = 100.0, NOW
        for step, wall_step, passed in steps:
            m, t = m + step, t + wall_step
            host.now += passed
            host.send([encoded(reading(0, m=m, t=t))], every_s=0)
        return host

    host = asyncio.run(play())
    assert_sane(host)
    for scrape in host.scrapes:
        for vector in scrape.vectors:
            skew = dict(zip(map(str, vector.layout.series), vector.values, strict=True)).get("clock_skew_seconds", 0)
            assert math.isnan(skew) or abs(skew) < 12 * DAY_S


async def test_a_host_whose_wall_clock_is_a_day_off_stores_nothing_in_the_wrong_place() -> None:
    host = Host()
    host.send([encoded(line) for line in GOOD[:5]], every_s=1)
    host.send([encoded(reading(n, t=NOW + 5 * n + (-1) ** n * DAY_S)) for n in range(1, 6)])
    assert [scrape.ts for scrape in host.scrapes] == [(NOW + 5 * n) * 1000 for n in range(1, 6)]
    assert host.failure is None


# More than a probe sends.


async def test_a_hundred_thousand_series_are_refused_and_the_readings_before_go_on() -> None:
    host = Host()
    many = [["cpu_core_busy_seconds_total", "cpu", str(number)] for number in range(100_000)]
    host.send([*map(encoded, GOOD[:6]), encoded({"layout": 0, "group": "fast", "series": many}), encoded(reading(1))])
    assert len(host.scrapes) == 2
    assert host.failure is None


async def test_of_a_series_that_is_there_twice_the_first_counts() -> None:
    host = Host()
    alike = [["disk_reads_total", "device", "a\x01"], ["disk_reads_total", "device", "a\x02"]]
    double = {"layout": 0, "group": "fast", "series": [["load1"], ["load5"], ["load1"], *alike]}
    host.send([encoded(HELLO), encoded(double), encoded({"n": 0, "m": 105, "fast": [0, [1, 2, 3, 4, 5]]})])
    (vector,) = host.scrapes[0].vectors
    assert vector.values.tolist() == [1, 2, 4]
    assert_sane(host)


async def test_a_host_that_floods_with_good_readings_is_cut_off_and_says_why() -> None:
    host = Host()
    host.send([encoded(line) for line in GOOD[:5]], every_s=0)
    host.send([encoded(reading(0, m=105 + number / 1000)) for number in range(4000)], every_s=0)
    assert host.failure is not None
    assert host.failure.reason is Reason.BAD_LINE
    assert "far more" in host.failure.message
    assert len(host.scrapes) < 2500


async def test_what_a_probe_kept_while_the_link_stalled_is_no_flood() -> None:
    host = Host()
    host.send([encoded(line) for line in GOOD[:5]], every_s=0)
    backlog = [encoded(reading(number, padding="x" * 5000)) for number in range(720)]
    host.now += 3600
    host.send(backlog, every_s=0)
    assert host.failure is None
    assert len(host.scrapes) == 720


async def test_a_host_that_names_ever_new_series_is_cut_off_and_says_why() -> None:
    host = Host()
    host.send([encoded(HELLO)])
    for turn in range(100):
        series = [["disk_reads_total", "device", f"{turn}-{number}"] for number in range(1000)]
        host.send([encoded({"layout": 0, "group": "fast", "series": series})], every_s=0)
    assert host.failure is not None
    assert host.failure.reason is Reason.BAD_LINE
    assert "new series" in host.failure.message


async def test_a_host_that_mixes_bad_lines_with_good_ones_is_cut_off_in_the_end() -> None:
    host = Host()
    host.send([encoded(line) for line in GOOD[:5]])
    host.send([line for n in range(200) for line in (b"{", encoded(reading(n)))])
    assert host.failure is not None
    assert host.failure.reason is Reason.BAD_LINE
    assert len(host.scrapes) < 60


def megabyte(head: bytes, part: bytes, tail: bytes) -> bytes:
    """As many of the part as a line may have."""
    return head + part * ((LINE_LIMIT - len(head) - len(tail)) // len(part)) + tail


@pytest.mark.parametrize(
    "line",
    [
        megabyte(b'{"n":1,"m":105,"fast":[0,[0', b",1.2345678901234567e-300", b"]]}"),
        megabyte(b'{"n":1,"m":105,"fast":[0,[0', b",1", b"]]}"),
        megabyte(b'{"layout":0,"group":"fast","series":[[]', b",[]", b"]}"),
        megabyte(b'{"layout":0,"group":"fast","series":[["a"]', b',["a"]', b"]}"),
        megabyte(b'{"layout":0,"group":"fast","series":[["a"', b',""', b"]]}"),
        megabyte(b'{"n":1,"m":105,"top":[[1,"a","b","c",1.0,1,1,1.0]', b',[1,"a","b","c",1.0,1,1,1.0]', b"]}"),
        megabyte(b'{"n":1,"m":105,"top":[[1,"a","', b"\\u202e", b'","c",1.0,1,1,1.0]]}'),
        megabyte(b'{"n":', b"9", b"}"),
        megabyte(b'{"m":1.', b"9", b"}"),
        megabyte(b"", b"[", b""),
        megabyte(b"", b"\0", b""),
        megabyte(b"{", b'"a":1,', b"}"),
    ],
    ids=lambda line: line[:50].decode(),
)
def test_no_line_however_long_is_read_whole_before_it_is_judged(line: bytes) -> None:
    decoder = Decoder(1)
    for good in GOOD[:5]:
        decoder.decode(encoded(good), NOW)
    tracemalloc.start()
    with contextlib.suppress(BadLineError):
        decoder.decode(line, NOW)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Half a million values are 20 MB of objects, and reading as many as there is room for takes 0.4 s.
    assert peak < 12 * LINE_LIMIT


# The stream below the lines.


async def test_a_flood_on_standard_error_ends_it_with_its_reason() -> None:
    ended: list[SessionError] = []

    class Sink:
        def lines(self, lines: list[bytes]) -> None:
            raise AssertionError(lines)

        def ended(self, failure: SessionError) -> None:
            ended.append(failure)

    stops = []
    stream = ProbeStream(Sink(), lambda: stops.append(1))
    stream.stdout(MARKER)
    for _ in range(STDERR_AT_ONCE // 65536 + 1):
        stream.stderr(b"warning: " + b"x" * 65536)
    assert [failure.reason for failure in ended] == [Reason.BAD_LINE]
    assert "standard error" in ended[0].message
    assert len(stops) == 1
    stream.stderr(b"more")
    stream.lost()
    assert len(ended) == 1


@pytest.mark.parametrize("noise", [b"\0", b"\n", b"\0\0WATCHPOST", b"\0\0WATCHPOST1", b"\xff\xfe motd \x1b[2J\n"])
async def test_endless_noise_before_the_marker_ends_the_start(noise: bytes) -> None:
    stream = ProbeStream(Nobody(), lambda: None)
    for _ in range(100):
        stream.stdout(noise * 1000)
    failure = await stream.ready
    assert failure is not None
    assert failure.reason is Reason.BAD_LINE


class Nobody:
    """A sink that is never to hear anything."""

    def lines(self, lines: list[bytes]) -> None:
        raise AssertionError(lines)

    def ended(self, failure: SessionError) -> None:
        raise AssertionError(failure)


@given(st.lists(st.integers(1, 400), max_size=20))
@settings(deadline=None, max_examples=50)
def test_however_the_bytes_are_cut_the_lines_are_the_same(cuts: list[int]) -> None:
    class Sink(Nobody):
        def lines(self, lines: list[bytes]) -> None:
            received.extend(lines)

    received: list[bytes] = []
    whole = b"motd \0\n\0\0WATCHPOST" + MARKER + b"\n".join(map(encoded, GOOD)) + b"\n"

    async def play() -> None:
        stream = ProbeStream(Sink(), lambda: None)
        at = 0
        for cut in cuts:
            stream.stdout(whole[at : at + cut])
            at += cut
        stream.stdout(whole[at:])

    asyncio.run(play())
    assert received == list(map(encoded, GOOD))
