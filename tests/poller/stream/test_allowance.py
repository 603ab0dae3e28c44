"""How much a host may send."""

from poller.stream.allowance import BYTES_AT_ONCE, LINES_AT_ONCE, Allowance, Bucket


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_what_it_holds_and_then_what_has_come_in_since() -> None:
    bucket = Bucket(10, 2)
    assert bucket.take(10, 100)
    assert not bucket.take(1, 100)
    assert bucket.take(2, 101)
    assert not bucket.take(1, 101)


def test_a_bucket_never_holds_more_than_it_has_room_for() -> None:
    bucket = Bucket(10, 2)
    assert bucket.take(1, 0)
    assert not bucket.take(11, 1e9)


def test_a_refusal_is_not_owed() -> None:
    bucket = Bucket(10, 2)
    assert not bucket.take(1000, 0)
    assert bucket.take(2, 1)


def test_a_clock_that_steps_back_fills_nothing_and_breaks_nothing() -> None:
    bucket = Bucket(10, 2)
    assert bucket.take(10, 100)
    assert not bucket.take(1, 50)
    assert bucket.take(2, 51)


def test_a_host_may_send_its_readings_and_layouts_for_ever() -> None:
    clock = Clock()
    allowance = Allowance(5.0, clock)
    for _ in range(10_000):
        clock.now += 5.0
        assert all(allowance.line(3000) for _ in range(3))


def test_who_sends_more_has_used_up_lines_or_bytes() -> None:
    lines, large = Allowance(5.0, Clock()), Allowance(5.0, Clock())
    assert sum(lines.line(10) for _ in range(LINES_AT_ONCE + 100)) == LINES_AT_ONCE
    assert sum(large.line(2**20) for _ in range(100)) == BYTES_AT_ONCE / 2**20


def test_new_layouts_are_counted_by_themselves() -> None:
    allowance = Allowance(5.0, Clock())
    assert 10 < sum(allowance.layout(100_000) for _ in range(100)) < 100
    assert allowance.line(100)
