from poller.health.judgement import Judgement
from poller.health.notify_hooks import NotifyHooks, status_line
from poller.service_notify import ServiceNotify
from storage.poller_figures import PollerFigures, PollerHealth, PollerTrouble

READY = Judgement(PollerHealth.READY)


class Heard(ServiceNotify):
    """Keeps what would be told."""

    def __init__(self, watchdog_s: float | None = None) -> None:
        super().__init__("/nowhere", watchdog_s)
        self.words: list[str] = []

    def _tell(self, words: str) -> None:
        self.words.append(words.partition("=")[0])


def test_signs_of_life_come_as_often_as_they_are_waited_for() -> None:
    now, notify = [0.0], Heard(watchdog_s=10.0)
    hooks = NotifyHooks(notify, clock=lambda: now[0])
    for _ in range(31):
        hooks.on_beat(READY, PollerFigures())
        now[0] += 1.0
    assert notify.words.count("WATCHDOG") == 4


def test_a_poller_that_stores_nothing_gives_none() -> None:
    notify = Heard(watchdog_s=10.0)
    failing = Judgement(PollerHealth.FAILING, (PollerTrouble.NOTHING_STORED, PollerTrouble.SEALING_BEHIND))
    NotifyHooks(notify).on_beat(failing, PollerFigures())
    assert "WATCHDOG" not in notify.words


def test_a_reload_is_over_when_what_has_changed_was_taken_over() -> None:
    notify, reloads = Heard(), []
    hooks = NotifyHooks(notify, on_reload=lambda: reloads.append(1))
    hooks.on_followed()
    hooks.on_reloading()
    hooks.on_followed()
    hooks.on_followed()
    assert notify.words == ["RELOADING", "READY"]
    assert reloads == [1]


def test_the_status_says_how_many_hosts_are_up_and_what_is_wrong() -> None:
    figures = PollerFigures(hosts=1000, up=987)
    assert status_line(READY, figures) == "987 of 1000 hosts up"
    degraded = Judgement(PollerHealth.DEGRADED, (PollerTrouble.DATABASE_AWAY, PollerTrouble.SPOOL_IN_USE))
    assert status_line(degraded, figures) == "987 of 1000 hosts up; degraded: database_away, spool_in_use"
