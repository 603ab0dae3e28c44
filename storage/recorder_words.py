"""What the recorder says in the log: each change once, and repetitions not at all."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import structlog

from storage.backlog import Item
from storage.errors import WatchpostError

_log = structlog.get_logger()


class RecorderWords:
    """Remembers what was said."""

    def __init__(self) -> None:
        self.failure: WatchpostError | None = None
        self._rejected_hosts: set[int] = set()
        self._spools = False
        self._spool_fails = False
        self._full: set[str] = set()
        self._lost_when_well: dict[str, int] = {}

    def cannot_write(self, error: WatchpostError) -> None:
        """The database failed."""
        if self.failure is None or self.failure.message != error.message:
            _say(_log.error, "recorder_cannot_write", kind=error.kind, detail=error.message, hint=error.hint)
        self.failure = error

    def writes(self, *, pending: int, lost: Mapping[str, int]) -> None:
        """The database took a batch. `lost` is as of `gave_up`, by where."""
        if self.failure is not None:
            gone = sum(lost.values()) - sum(self._lost_when_well.values())
            _say(_log.info, "recorder_writes_again", pending=pending, lost=gone)
        self.failure = None
        # While a full spool is replayed it may go on to be full.
        if not self._spools:
            self._full = {where for where in self._full if lost[where] > self._lost_when_well.get(where, 0)}
            self._spool_fails = False
        self._lost_when_well = dict(lost)

    def gave_up(self, *, pending: int, lost: Mapping[str, int]) -> None:
        """How many had to go since the start, by where they waited: told once until the database is well again."""
        for where, count in lost.items():
            if where not in self._full and count > self._lost_when_well.get(where, 0):
                self._full.add(where)
                _say(_log.error, f"recorder_{where}_full", pending=pending, hint="The oldest readings are given up.")

    def spools(self, folder: Path) -> None:
        """What comes goes to the spool."""
        if not self._spools:
            detail = self.failure.message if self.failure else "The database does not answer."
            _say(_log.warning, "recorder_spools", folder=str(folder), detail=detail)
        self._spools, self._spool_fails = True, False

    def replays(self, folder: Path, items: int) -> None:
        """An earlier poller left something."""
        self._spools = True
        _say(_log.info, "recorder_replays", folder=str(folder), pending=items)

    def caught_up(self) -> None:
        """The spool is done with."""
        if self._spools:
            _say(_log.info, "recorder_caught_up")
        self._spools = False

    def spool_fails(self, folder: Path, error: OSError) -> None:
        """The spool cannot be written."""
        if not self._spool_fails:
            _say(
                _log.error,
                "recorder_spool_failed",
                folder=str(folder),
                detail=str(error.strerror or error),
                hint="What is read waits in memory, and is lost if the poller ends now.",
            )
        self._spool_fails = True

    def aside(self, files: Sequence[Path]) -> None:
        """Files of the spool that were set aside: damaged, or for another database."""
        for file in files:
            _say(_log.error, "recorder_spool_set_aside", file=str(file), hint="Delete it when you have no use for it.")

    def rejected(self, refused: Sequence[tuple[Item, Exception]]) -> None:
        """What no database would take. Once a host; the others are only counted."""
        for item, error in refused:
            self.rejected_host(item.host_id, error)

    def rejected_host(self, host_id: int, error: Exception) -> None:
        """Something of that host cannot be written at all."""
        if host_id not in self._rejected_hosts:
            self._rejected_hosts.add(host_id)
            _say(_log.error, "recorder_rejected", host_id=host_id, error=type(error).__name__, detail=str(error)[:200])

    def listener_failed(self) -> None:
        """Who listens to commits failed; to be called where its exception is handled."""
        _say(_log.exception, "recorder_listener_failed")


def _say(log: Callable[..., object], event: str, **facts: object) -> None:
    """Logs; a log that cannot be written, to a closed pipe or a full disk, must not cost readings."""
    with contextlib.suppress(OSError, ValueError):
        log(event, **facts)
