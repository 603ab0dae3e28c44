"""A host that sends more than a probe does: it is cut off with its reason, and costs no memory."""

import contextlib
import tracemalloc

import pytest

from poller.stream.decode import BadLineError, Decoder
from poller.stream.lines import LINE_LIMIT
from storage.reason import Reason
from tests.poller.stream.told_session import GOOD, HELLO, NOW, Host, assert_sane, encoded, reading


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
