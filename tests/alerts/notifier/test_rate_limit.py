"""How many messages a receiver gets."""

from alerts.notifier.rate_limit import Allowance, RateLimit, spend, tokens_at

LIMIT = RateLimit(burst=3, every_s=60)


def test_so_many_at_once_and_then_one_every_so_often() -> None:
    allowance: Allowance | None = None
    sent = []
    for _ in range(5):
        may, allowance = spend(LIMIT, allowance, 0)
        sent.append(may)
    assert sent == [True, True, True, False, False]
    assert spend(LIMIT, allowance, 59_000)[0] is False
    assert spend(LIMIT, allowance, 60_000)[0] is True


def test_a_long_quiet_gives_no_more_than_the_burst() -> None:
    assert tokens_at(LIMIT, Allowance(0, 0), 86_400_000) == LIMIT.burst


def test_a_clock_that_was_set_back_changes_nothing() -> None:
    assert spend(LIMIT, Allowance(0.5, 1_000_000), 0) == (False, Allowance(0.5, 0))
