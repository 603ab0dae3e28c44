"""The curves of a host's page, kept up."""

import pytest

from fleet.host_curves import CurveSpan
from fleet.host_history import HostHistory, read_host_history
from storage.database import Database
from storage.host import Host
from storage.recorder import Recorder
from storage.rollup import Interval
from tests.fleet.sample_fleet import Machine, record, register, scrapes

NOW_MS = 1_790_000_000_000 // 60_000 * 60_000
HOUR_MS = 3_600_000
MACHINE = Machine(name="a", cpu=50, wave=20)


def span(now_ms: int = NOW_MS, *, length_ms: int = HOUR_MS, host_id: int = 1, interval_s: float = 5.0) -> CurveSpan:
    return CurveSpan(host_id=host_id, start=now_ms - length_ms, end=now_ms + 1, interval_s=interval_s)


def read(database: Database, wanted: CurveSpan, before: HostHistory | None = None) -> HostHistory:
    with database.reading() as connection:
        return read_host_history(connection, wanted, before)


def record_until(database: Database, host: Host, *, start: int, after: int, until: int) -> None:
    """Goes on with a session that began at `start`."""
    recorder = Recorder(database, commit_interval_s=0.01)
    recorder.start()
    for scrape in scrapes(MACHINE, host.id, start=start, end=until):
        if after < scrape.ts:
            recorder.record_scrape(scrape)
    assert recorder.stop()


@pytest.fixture
def host(database: Database) -> Host:
    """A host with the last 20 minutes."""
    made = register(database, ["a"], now_ms=NOW_MS)["a"]
    record(database, MACHINE, made, start=NOW_MS - 1_200_000, end=NOW_MS)
    return made


def same(first: HostHistory, second: HostHistory) -> bool:
    pairs = zip(first.curves.each(), second.curves.each(), strict=True)
    return all(
        a[1].ts.tolist() == b[1].ts.tolist() and a[1].values.tolist() == pytest.approx(b[1].values.tolist())
        for a, b in pairs
    )


@pytest.mark.usefixtures("host")
@pytest.mark.parametrize(
    ("hours", "interval", "seconds"),
    [(1, Interval.RAW, 5), (6, Interval.M1, 60), (24, Interval.M1, 60), (168, Interval.M5, 300)],
)
def test_readings_for_an_hour_and_means_of_minutes_for_longer(
    database: Database, hours: int, interval: Interval, seconds: int
) -> None:
    history = read(database, span(length_ms=hours * HOUR_MS))
    assert history.interval is interval
    assert history.interval_s == seconds
    assert not history.is_empty


@pytest.mark.parametrize("hours", [1, 6])
def test_what_is_kept_up_is_what_is_read_anew(database: Database, host: Host, hours: int) -> None:
    length = hours * HOUR_MS
    history = read(database, span(length_ms=length))
    for minute in range(1, 4):
        now = NOW_MS + minute * 20_000
        record_until(database, host, start=NOW_MS - 1_200_000, after=now - 20_000, until=now)
        history = read(database, span(now, length_ms=length), history)
        assert same(history, read(database, span(now, length_ms=length)))
    assert history.whole_at == NOW_MS + 1


def test_a_line_that_was_held_up_is_taken_in(database: Database, host: Host) -> None:
    start = NOW_MS - 1_200_000
    late, newest = NOW_MS + 5_000, NOW_MS + 10_000
    record_until(database, host, start=start, after=late, until=newest)
    history = read(database, span(newest), read(database, span()))
    assert late not in history.curves.memory_used.ts
    record_until(database, host, start=start, after=NOW_MS, until=late)
    assert late in read(database, span(newest + 1), history).curves.memory_used.ts


def test_what_is_older_than_the_span_is_let_go(database: Database, host: Host) -> None:
    later = NOW_MS + HOUR_MS - 600_000
    history = read(database, span(later), read(database, span()))
    assert history.curves.cpu.ts[0] == NOW_MS - 600_000
    assert same(history, read(database, span(later)))


@pytest.mark.usefixtures("host")
@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(span(length_ms=6 * HOUR_MS), id="another length"),
        pytest.param(span(host_id=2), id="another host"),
        pytest.param(span(NOW_MS - 60_000), id="a clock that was put back"),
        pytest.param(span(interval_s=30.0), id="another rhythm"),
        pytest.param(span(NOW_MS + 16 * 60_000), id="a quarter of an hour later"),
    ],
)
def test_else_everything_is_read_again(database: Database, wanted: CurveSpan) -> None:
    history = read(database, wanted, read(database, span()))
    assert history.whole_at == wanted.end
    assert same(history, read(database, wanted))


def test_an_empty_history_is_read_again_as_a_whole(database: Database) -> None:
    empty = read(database, span())
    assert empty.is_empty
    host = register(database, ["a"], now_ms=NOW_MS)["a"]
    record(database, MACHINE, host, start=NOW_MS - 1_200_000, end=NOW_MS)
    assert read(database, span(NOW_MS + 1), empty).curves.newest == NOW_MS
