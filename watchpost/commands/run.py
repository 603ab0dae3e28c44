"""`watchpost run`: the poller, without a screen."""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import structlog
import typer

from poller import event_loop
from poller.health.address import health_address
from poller.poller_settings import PollerSettings
from poller.running import run_poller
from poller.service_hooks import ServiceHooks
from storage.credentials import list_credentials
from storage.database import open_database
from storage.errors import InvalidInputError, KeyringUnavailableError, WatchpostError
from storage.host_rules import check_interval
from storage.poller_lock import PollerLock
from storage.poller_name import poller_name
from storage.printable import printable
from storage.secret_keeper import SecretKeeper
from watchpost import __version__
from watchpost.configuration import Configuration
from watchpost.database_access import preparation_text, prepare_to_watch
from watchpost.invocation import DatabaseOption, configuration
from watchpost.life_line import end_with_stdin
from watchpost.log_setup import log_to_stderr
from watchpost.poller_child import own_program
from watchpost.poller_service import service_hooks
from watchpost.secret_keeping import chosen_backend, keeper_for, typed_passphrase
from watchpost.worker_start import AS_MESSENGER, AS_WORKER

WORKERS_LIMIT = 64

_log = structlog.get_logger()


def command(  # noqa: PLR0913 - options of the command line
    *,
    interval: Annotated[
        float | None,
        typer.Option("--interval", metavar="SECONDS", help="Between two readings, for this run.", show_default=False),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            metavar="NAME",
            help="Of this poller, where several share a database; else the machine's. Or WATCHPOST_POLLER_NAME.",
            show_default=False,
        ),
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
    health: Annotated[
        str | None,
        typer.Option(
            "--health",
            metavar="[ADDRESS:]PORT",
            help="Where to answer /healthz and /metrics; a port alone is for this machine. Or WATCHPOST_HEALTH.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        str,
        typer.Option(
            "--workers", metavar="auto|NUMBER", help="Processes that hold sessions, for fleets that one cannot carry."
        ),
    ] = "auto",
    database: DatabaseOption = None,
) -> None:
    """Poll all hosts until SIGTERM or Ctrl-C, then flush and end.

    For a service manager, a container or a terminal of its own. The database is made, or upgraded after a backup; a
    damaged one is moved aside. The log goes to standard error: JSON lines, or coloured ones on a terminal.
    SIGHUP has it look at once at what has changed.
    """
    hooks = service_hooks(database)
    chosen = configuration(database)
    if health is not None:
        chosen = replace(chosen, health=health_address(health))
    if name is not None:
        chosen = replace(chosen, poller_name=poller_name(name))
    log_to_stderr(chosen.log_level)
    if interval is not None:
        check_interval(interval)
    count = worker_count(workers)
    try:
        displaced = _Displaced()
        with PollerLock(chosen.database_url, name=chosen.poller_name, on_lost=displaced.end):
            status = _poll(chosen, interval, spool, hooks, count, with_stdin=with_stdin)
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


def _poll(  # noqa: PLR0913 - what was said
    chosen: Configuration,
    interval: float | None,
    spool: Path | None,
    hooks: ServiceHooks,
    workers: int | None,
    *,
    with_stdin: bool,
) -> int:
    for text in preparation_text(prepare_to_watch(chosen.database_url)):
        _log.warning("database_prepared", message=text)
    keeper = _keeper(chosen)
    if with_stdin:
        end_with_stdin()
    settings = PollerSettings(
        version=__version__,
        name=chosen.poller_name,
        interval_s=interval,
        spools=spool or chosen.spools,
        spool_limit_bytes=chosen.spool_limit_bytes,
        health=chosen.health,
        workers=workers,
        worker_command=(*own_program(), *AS_WORKER),
        messenger_command=(*own_program(), *AS_MESSENGER),
    )
    return event_loop.run(run_poller(chosen.database_url, keeper=keeper, settings=settings, hooks=hooks))


def worker_count(text: str) -> int | None:
    """How many workers `--workers` asks for; None leaves it to the load. Raises InvalidInputError."""
    if text == "auto":
        return None
    if text.isascii() and text.isdecimal() and int(text) <= WORKERS_LIMIT:
        return int(text)
    raise InvalidInputError(
        f"“{printable(text)}” is no number of workers.", hint=f"auto, or 0 for none, up to {WORKERS_LIMIT}."
    )


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
