import pytest

from remote_probe.schedule import Schedule
from simulated_fleet.serving.beat import Beat
from simulated_fleet.serving.probe_request import ProbeRequest


def ticks(beat: Beat, nows: list[float]) -> list[float]:
    found = []
    for now in nows:
        beat.advance(now)
        found.append(round(beat.next_s, 6))
    return found


@pytest.mark.parametrize("pause", [None, 1.5, 6.0], ids=str)
@pytest.mark.parametrize("nows", [[100.0, 105.1, 110.2], [100.0, 131.0, 132.0]], ids=["in time", "after a pause"])
def test_lines_are_due_when_the_probe_would_write_them(pause: float | None, nows: list[float]) -> None:
    beat = Beat(ProbeRequest(interval_s=5.0, first_pause_s=pause), 100.0)
    schedule = Schedule(5.0, 100.0, pause)  # type: ignore[no-untyped-call]
    real = [round(schedule.advance(now), 6) for now in nows]  # type: ignore[no-untyped-call]
    assert ticks(beat, nows) == real


def test_processes_come_every_ten_seconds_and_what_is_slow_every_thirty() -> None:
    beat = Beat(ProbeRequest(interval_s=5.0), 0.0)
    wanted = []
    for _ in range(8):
        wanted.append(beat.wants())
        beat.advance(beat.next_s)
    assert [processes for processes, _slow, _answers in wanted] == [True, False] * 4
    assert [slow for _processes, slow, _answers in wanted] == [True, False, False, False, False, False, True, False]
    assert not any(answers for _processes, _slow, answers in wanted)


def test_answers_to_checks_come_a_line_after_they_were_asked_and_then_every_so_often() -> None:
    beat = Beat(ProbeRequest(interval_s=5.0, checks=(("a", "tcp", "b:1"),), checks_s=15.0), 0.0)
    answered = []
    for _ in range(8):
        answered.append(beat.wants()[2])
        beat.advance(beat.next_s)
    assert answered == [False, True, False, False, True, False, False, True]


def test_it_is_over_after_as_many_as_were_asked_for() -> None:
    beat = Beat(ProbeRequest(count=2), 0.0)
    beat.advance(0.0)
    assert not beat.over
    beat.advance(5.0)
    assert beat.over
