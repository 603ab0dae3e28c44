"""When a host is tried again."""

import pytest

from poller.backoff import next_delay


@pytest.mark.parametrize(("failures", "longest"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (8, 60), (10_000, 60)])
def test_the_wait_doubles_up_to_a_minute(failures: int, longest: float) -> None:
    assert next_delay(failures, 1.0) == longest


def test_hosts_that_failed_together_come_back_apart() -> None:
    assert next_delay(7, 0.0) == 30
    assert next_delay(7, 0.0) < next_delay(7, 0.5) < next_delay(7, 1.0)
