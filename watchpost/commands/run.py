"""`watchpost run`: the poller, without a screen."""

import contextlib
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated

import structlog
import typer

from poller import event_loop
from poller.engine import PollerSettings, run_poller
from storage.credentials import SecretKeeper, list_credentials
from storage.database import open_database, prepare_database
from storage.errors import KeyringUnavailableError, WatchpostError
from storage.host_rules import check_interval
from storage.poller_lock import PollerLock
from storage.utc import now_ms
from watchpost import __version__
from watchpost.configuration import Configuration
from watchpost.database_access import preparation_text
from watchpost.invocation import DatabaseOption, configuration
from watchpost.log_setup import log_to_stderr
from watchpost.secret_keeping import chosen_backend, keeper_for, typed_passphrase

_log = structlog.get_logger()


def command(
    *,
    interval: Annotated[
        float | None,
        typer.Option("--interval", metavar="SECONDS", help="Between two readings, for this run.", show_default=False),
    ] = None,
    with_stdin: Annotated[
        bool, typer.Option("--with-stdin", help="End when standard input closes, as when whoever started it dies.")
    ] = False,
    spool: Annotated[
        Path | None,
        typer.Option(
            "--spool", metavar="FOLDER", help="Where readings wait while the database is away.", show_default=False
        ),
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Poll all hosts until SIGTERM or Ctrl-C, then flush and end.

    For a service manager, a container or a terminal of its own. The database is made, or upgraded after a backup; a
    damaged one is moved aside. The log goes to standard error: JSON lines, or coloured ones on a terminal.
    """
    chosen = configuration(database)
    log_to_stderr(chosen.log_level)
    if interval is not None:
        check_interval(interval)
    try:
        displaced = _Displaced()
        with PollerLock(chosen.database_url, on_lost=displaced.end):
            status = _poll(chosen, interval, spool, with_stdin=with_stdin)
        if displaced.error is not None:
            raise displaced.error
    except WatchpostError as error:
        if sys.stderr.isatty():
            raise
        _log.critical("poller_failed", kind=error.kind, message=error.message, hint=error.hint)
        raise typer.Exit(1) from error
    raise typer.Exit(status)


class _Displaced:
    """Ends this poller when another one has taken its database over, which only a server lets happen."""

    def __init__(self) -> None:
        self.error: WatchpostError | None = None

    def end(self, error: WatchpostError) -> None:
        self.error = error
        os.kill(os.getpid(), signal.SIGTERM)


def _poll(chosen: Configuration, interval: float | None, spool: Path | None, *, with_stdin: bool) -> int:
    for text in preparation_text(prepare_database(chosen.database_url, now_ms=now_ms())):
        _log.warning("database_prepared", message=text)
    keeper = _keeper(chosen)
    if with_stdin:
        threading.Thread(target=_end_with_stdin, name="standard input", daemon=True).start()
    settings = PollerSettings(
        version=__version__,
        interval_s=interval,
        spools=spool or chosen.spools,
        spool_limit_bytes=chosen.spool_limit_bytes,
    )
    return event_loop.run(run_poller(chosen.database_url, keeper=keeper, settings=settings))


def _keeper(chosen: Configuration) -> SecretKeeper:
    """The keeper; one that does not work costs only the hosts that need it, and is told once."""
    database = open_database(chosen.database_url)
    try:
        passphrase = typed_passphrase(chosen, database)
        choice = chosen_backend(chosen, database)
        with database.reading() as connection:
            needed = bool(list_credentials(connection))
    finally:
        database.close()
    keeper = keeper_for(chosen, choice, ask=None if passphrase is None else lambda _: passphrase)
    if needed:
        try:
            keeper.check()
        except KeyringUnavailableError as error:
            _log.warning("keyring_unavailable", message=error.message, hint=error.hint)
    return keeper


def _end_with_stdin() -> None:
    # Not through `sys.stdin`: the interpreter cannot shut down while a thread waits inside a buffered reader.
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
