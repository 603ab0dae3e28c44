import pytest

from storage.leases.liveness import LONGEST_LOOK_S, RETURN_S, SILENT_S, Liveness, Sign
from storage.leases.share import Life

LOOK_S = 2.0


class Looking:
    """One poller that looks at another every 2 s."""

    def __init__(self) -> None:
        self.at = 1000.0
        self._liveness = Liveness()

    def see(self, heartbeat: int, *, has_stopped: bool = False, after_s: float = LOOK_S) -> Life:
        self.at += after_s
        return self._liveness.look([Sign("b", heartbeat, has_stopped)], self.at)["b"]

    def see_for(self, seconds: float, heartbeat: int, *, has_stopped: bool = False) -> list[Life]:
        return [self.see(heartbeat, has_stopped=has_stopped) for _ in range(int(seconds / LOOK_S))]


@pytest.fixture
def looking() -> Looking:
    return Looking()


def test_at_first_nothing_is_known(looking: Looking) -> None:
    assert looking.see(1) is Life.UNKNOWN


def test_one_whose_heart_beats_lives(looking: Looking) -> None:
    looking.see(1)
    assert looking.see(2) is Life.ALIVE
    assert looking.see(2) is Life.ALIVE


def test_one_that_is_silent_for_long_enough_is_gone(looking: Looking) -> None:
    looking.see(1)
    looking.see(2)
    assert looking.see_for(SILENT_S, 2) == [Life.ALIVE] * 3 + [Life.GONE]


def test_one_that_was_silent_since_we_came_is_gone_after_the_same_time(looking: Looking) -> None:
    looking.see(1)
    assert looking.see_for(SILENT_S, 1) == [Life.UNKNOWN] * 3 + [Life.GONE]


def test_one_that_beats_again_lives_again(looking: Looking) -> None:
    looking.see(1)
    looking.see_for(SILENT_S, 1)
    assert looking.see(2) is Life.ALIVE


@pytest.mark.parametrize("heartbeats", [(5_000, 1_000), (1, 10**15)], ids=["set back", "far ahead"])
def test_what_time_a_heartbeat_says_does_not_matter(looking: Looking, heartbeats: tuple[int, int]) -> None:
    looking.see(heartbeats[0])
    assert looking.see(heartbeats[1]) is Life.ALIVE


def test_nobody_is_gone_because_the_database_was_away(looking: Looking) -> None:
    looking.see(1)
    looking.see(2)
    looking.see_for(SILENT_S - LOOK_S, 2)
    assert looking.see(2, after_s=LONGEST_LOOK_S + 300) is Life.ALIVE
    assert looking.see_for(SILENT_S - LOOK_S, 2) == [Life.ALIVE] * 3
    assert looking.see(2) is Life.GONE


def test_one_that_has_ended_may_come_back_for_a_while(looking: Looking) -> None:
    looking.see(1)
    looking.see(2)
    looking.see(2, has_stopped=True)
    lives = looking.see_for(RETURN_S + LOOK_S, 2, has_stopped=True)
    assert lives[0] is not Life.GONE
    assert lives[-1] is Life.GONE
    assert looking.see(3) is Life.ALIVE


def test_one_that_is_not_there_any_more_is_forgotten() -> None:
    liveness = Liveness()
    liveness.look([Sign("b", 1, has_stopped=False)], 0.0)
    assert liveness.look([], 2.0) == {}
