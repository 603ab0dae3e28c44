"""Looks at the fleet again and again; a database that is away is part of what is seen, and not an end."""

from datetime import tzinfo
from zoneinfo import ZoneInfo

from alerts.thresholds import Thresholds
from fleet.curves import CurveKeeper, FleetCurves
from fleet.state import FleetState, read_fleet_state
from monitor_gui.reading.look import FleetLook
from storage.database import Database
from storage.errors import WatchpostError


class FleetFeed:
    """What was seen last, and how to look again. Judging a thousand hosts takes 20 ms: `look` is for the reader."""

    def __init__(self, *, thresholds: Thresholds, time_zone: tzinfo | None) -> None:
        self._thresholds = thresholds
        self._chosen_zone = time_zone
        self._keeper = CurveKeeper()
        self._generation: int | None = None
        self._state = FleetState()
        self._curves = FleetCurves()
        self._loaded = False

    def look(self, database: Database, now_ms: int, focus: int | None) -> FleetLook:
        """Reads one snapshot and judges it.

        Args:
            database: to read from.
            now_ms: UTC milliseconds.
            focus: id of a host whose processes are wanted.

        Raises:
            WatchpostError: it cannot be read now.
        """
        with database.reading() as connection:
            if database.generation != self._generation:
                self._keeper = CurveKeeper()
                self._generation = database.generation
            state = read_fleet_state(connection, now_ms, focus)
            self._curves = self._keeper.follow(connection, state, now_ms)
        self._state, self._loaded = state, True
        return self._judged(now_ms, None)

    def missed(self, failure: WatchpostError, now_ms: int) -> FleetLook:
        """The look when nothing could be read: what was seen before, and why there is nothing newer."""
        return self._judged(now_ms, failure)

    def _judged(self, now_ms: int, failure: WatchpostError | None) -> FleetLook:
        moment = self._state.moment(now_ms, self._thresholds)
        return FleetLook(
            moment=moment,
            state=self._state,
            readings=self._state.readings(moment),
            curves=self._curves,
            poller=self._state.poller(now_ms),
            pollers=self._state.living_pollers(now_ms),
            loaded=self._loaded,
            failure=failure,
            time_zone=self._zone(),
        )

    def _zone(self) -> tzinfo | None:
        if self._chosen_zone is not None or self._state.time_zone is None:
            return self._chosen_zone
        return ZoneInfo(self._state.time_zone)
