"""How many messages a receiver gets."""

from alerts.notifier.rate_limit import Allowance, RateLimit, spend

LIMIT = RateLimit(burst=3, every_s=60)


def test_so_many_at_once_and_the_rest_are_counted() -> None:
    allowance: Allowance | None = None
    sent = []
    for _ in range(5):
        may, allowance = spend(LIMIT, allowance, 0)
        sent.append(may)
    assert sent == [True, True, True, False, False]
    assert allowance is not None
    assert allowance.held_back == 2
    may, allowance = spend(LIMIT, allowance, 60_000)
    assert (may, allowance.held_back) == (True, 0)


def test_a_long_quiet_gives_no_more_than_the_burst() -> None:
    _, allowance = spend(LIMIT, Allowance(0, 0), 86_400_000)
    assert allowance.tokens == LIMIT.burst - 1


def test_a_clock_that_was_set_back_changes_nothing() -> None:
    assert spend(LIMIT, Allowance(0.5, 1_000_000), 0) == (False, Allowance(0.5, 0, 1))
