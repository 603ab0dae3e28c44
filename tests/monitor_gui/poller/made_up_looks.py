"""What the database says, made up; and a keeper that looks at once and not by its timer."""

from typing import Any

from pytestqt.qtbot import QtBot

from alerts.thresholds import DEFAULTS
from fleet.reading import Moment
from monitor_gui.poller.poller_keeper import PollerKeeper
from monitor_gui.poller.poller_state import PollerKind
from monitor_gui.reading.look import FleetLook
from monitor_gui.workspace import Workspace
from storage.errors import WatchpostError
from storage.pollers import Poller
from tests.monitor_gui.poller.clock import Clock


def made_up_look(
    now_ms: int,
    *,
    started_at: int | None = None,
    failure: WatchpostError | None = None,
    figures: dict[str, Any] | None = None,
) -> FleetLook:
    """A look in which a poller lives that started then, and says that of its work."""
    poller = None
    if started_at is not None:
        poller = Poller(
            id="x",
            machine="desk",
            pid=4711,
            version="1",
            started_at=started_at,
            heartbeat_at=now_ms,
            stopped_at=None,
            delay_ms=41,
            figures=figures,
        )
    moment = Moment(now_ms=now_ms, thresholds=DEFAULTS, interval_s=5.0, is_polled=poller is not None)
    pollers = [poller] if poller else []
    return FleetLook(moment=moment, poller=poller, pollers=pollers, loaded=True, failure=failure)


class Looks:
    """Moves a keeper on, step by step."""

    def __init__(self, keeper: PollerKeeper, workspace: Workspace, clock: Clock, qtbot: QtBot) -> None:
        self._keeper, self._errands, self._clock, self._qtbot = keeper, workspace.errands, clock, qtbot

    def settle(self, within_ms: int = 60_000) -> PollerKind:
        """Waits until everything that was asked for is done."""
        self._qtbot.waitUntil(lambda: self._errands.is_idle, timeout=within_ms)
        return self._keeper.state.kind

    def look(self, after_s: float = 0.0, within_ms: int = 60_000) -> PollerKind:
        """Looks that much later."""
        self._clock.pass_s(after_s)
        self._keeper.look()
        return self.settle(within_ms)

    def database_says(
        self,
        after_s: float = 0.0,
        *,
        started_at: int | None = None,
        failure: WatchpostError | None = None,
        figures: dict[str, Any] | None = None,
    ) -> PollerKind:
        """The page's look, that much later."""
        self._clock.pass_s(after_s)
        look = made_up_look(self._clock(), started_at=started_at, failure=failure, figures=figures)
        self._keeper.show_look(look)
        return self._keeper.state.kind
