"""When messages are sent again."""

from poller.notifying.retry_times import GIVEN_UP_S, LONGEST_S, next_try_at

DAY_MS = round(GIVEN_UP_S * 1000)


def pauses(jitter: float) -> list[int]:
    """In seconds, of one that fails for a day."""
    found, ts, tries = [], 0, 1
    while (at := next_try_at(0, tries, ts, jitter)) is not None:
        found.append((at - ts) // 1000)
        ts, tries = at, tries + 1
    return found


def test_pauses_grow_to_a_quarter_of_an_hour_and_end_after_a_day() -> None:
    found = pauses(0.5)
    assert found[:9] == [5, 10, 20, 40, 80, 160, 320, 640, 900]
    assert set(found[9:]) == {LONGEST_S}
    assert DAY_MS / 1000 - LONGEST_S <= sum(found) < DAY_MS / 1000


def test_what_failed_together_is_not_tried_again_together() -> None:
    assert pauses(0.0)[0] < pauses(1.0)[0]
    assert pauses(1.0)[20] == 1.25 * LONGEST_S


def test_after_many_tries_it_is_still_a_number() -> None:
    assert next_try_at(0, 5000, 0, 0.5) == 900_000
