"""How much of a core an event loop uses."""

from poller.crew.busyness import SPAN_S, Busyness


def test_it_is_not_known_before_it_was_told_twice() -> None:
    busyness = Busyness()
    assert busyness.share is None
    busyness.take(10.0, 3.0)
    assert busyness.share is None
    busyness.take(20.0, 8.0)
    assert busyness.share == 0.5


def test_what_was_long_ago_does_not_count() -> None:
    busyness = Busyness()
    cpu_s = 0.0
    for second in range(0, 600, 5):
        cpu_s += 5.0 if second < 300 else 0.5
        busyness.take(second, cpu_s)
    assert busyness.share == 0.1


def test_a_moment_is_seen_against_the_whole_span() -> None:
    busyness = Busyness()
    for second in range(int(SPAN_S) + 1):
        busyness.take(second, 0.0)
    busyness.take(SPAN_S + 1, 0.9)
    assert busyness.share is not None
    assert busyness.share < 0.1
