"""One run of a probe."""

import asyncio

import pytest
from structlog.testing import capture_logs

from poller.failure import SessionError
from poller.stream.session import BAD_LINES_LIMIT, Session
from storage.reason import Reason
from storage.scrape import Scrape

HELLO = b'{"watchpost": 1, "reader": "proc", "interval_s": 5.0, "m": 10.0, "t": 1000.0, "inventory": {}}'
LAYOUT = b'{"layout": 0, "group": "fast", "series": [["load1"]]}'
DAY_S = 86_400.0


class Run:
    """A session, and the scrapes it handed on."""

    def __init__(self, age_limit_s: float = DAY_S) -> None:
        self.scrapes: list[Scrape] = []
        self.session = Session(
            7, age_limit_s=age_limit_s, on_scrape=self.scrapes.append, wall_clock=lambda: 1_000.0 + len(self.scrapes)
        )


def reading(n: int) -> bytes:
    return b'{"n": %d, "m": %d.5, "t": 1000.0, "fast": [0, [0.5]]}' % (n, 10 + n)


async def test_lines_become_scrapes_of_their_host() -> None:
    run = Run()
    run.session.lines([HELLO, LAYOUT, reading(0), reading(1)])
    assert [scrape.host_id for scrape in run.scrapes] == [7, 7]
    assert run.session.hello is not None
    assert not run.session.ended_with.done()


async def test_a_connection_that_stands_but_brings_nothing_is_silent() -> None:
    run = Run(age_limit_s=0.01)
    run.session.lines([HELLO, LAYOUT, reading(0)])
    run.session.watch_age()
    async with asyncio.timeout(10):
        failure = await run.session.ended_with
    assert failure.reason is Reason.SILENT


async def test_one_that_has_ended_otherwise_keeps_its_reason() -> None:
    run = Run(age_limit_s=0.0)
    run.session.ended(SessionError(Reason.LOST))
    run.session.watch_age()
    assert run.session.ended_with.result().reason is Reason.LOST


async def test_bad_lines_here_and_there_are_logged_and_the_good_ones_count() -> None:
    run = Run()
    with capture_logs() as logs:
        run.session.lines([HELLO, LAYOUT, *(line for n in range(20) for line in (b"NaN", reading(n)))])
    assert len(run.scrapes) == 20
    assert {entry["event"] for entry in logs} == {"bad_line"}
    assert not run.session.ended_with.done()


@pytest.mark.parametrize("bad", [b'{"n": 1, "m": 11.0, "fast": [0, [NaN]]}', b"\xff\xfe", b"", b"[]"])
async def test_too_many_of_them_in_a_row_end_it_and_what_comes_after_is_not_read(bad: bytes) -> None:
    run = Run()
    run.session.lines([HELLO, LAYOUT, *[bad] * BAD_LINES_LIMIT, reading(0)])
    assert run.session.ended_with.result().reason is Reason.BAD_LINE
    assert run.scrapes == []
