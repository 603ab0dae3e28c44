import pytest

from remote_probe.schedule import Schedule, Turn


def test_ticks_stay_on_the_beat_however_long_a_reading_takes() -> None:
    schedule = Schedule(5.0, 100.0)
    assert schedule.slot() == 100.0
    for beat, late in enumerate((0.002, 1.5, 4.9, 0.0, 3.0), 1):
        assert schedule.advance(schedule.slot() + late) == 100.0 + 5.0 * beat


def test_after_a_pause_there_is_one_line_and_not_a_burst() -> None:
    schedule = Schedule(5.0, 100.0)
    assert schedule.advance(100.0 + 8 * 3600 + 1) == 100.0 + 8 * 3600 + 5
    assert schedule.advance(schedule.slot() + 0.01) == 100.0 + 8 * 3600 + 10


def test_a_reading_longer_than_the_interval_leaves_beats_out() -> None:
    schedule = Schedule(1.0, 0.0)
    assert schedule.advance(2.5) == 3.0
    assert schedule.advance(3.0) == 4.0


def test_after_a_first_pause_it_ticks_on_the_beat_from_there() -> None:
    schedule = Schedule(5.0, 100.0, 3.25)
    slots = [schedule.slot(), *(schedule.advance(schedule.slot() + late) for late in (0.1, 4.9, 0.0))]
    assert slots == [100.0, 103.25, 108.25, 113.25]


def test_a_host_that_hangs_in_its_first_pause_stays_on_its_own_beat() -> None:
    schedule = Schedule(5.0, 100.0, 3.25)
    assert schedule.advance(111.0) == 113.25
    assert schedule.advance(113.25) == 118.25


@pytest.mark.parametrize(
    ("beat", "period", "expected"),
    [
        (5.0, 10.0, [0, 10, 20, 30, 40]),
        (1.0, 10.0, [0, 10, 20, 30, 40]),
        (3.0, 10.0, [0, 12, 21, 30, 42]),
        (20.0, 20.0, [0, 20, 40]),
        (0.1, 10.0, [0, 10, 20, 30, 40]),
    ],
)
def test_a_turn_comes_at_its_period_on_average(beat: float, period: float, expected: list[int]) -> None:
    turn = Turn(period)
    slots = [number * beat for number in range(int(43 / beat) + 1)]
    assert [slot for slot in slots if turn.comes(slot)] == pytest.approx(expected)


def test_a_turn_that_was_missed_in_a_pause_comes_once() -> None:
    turn = Turn(10.0)
    assert [turn.comes(slot) for slot in (0.0, 5.0, 1000.0, 1005.0, 1010.0)] == [True, False, True, False, True]
