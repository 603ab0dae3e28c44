"""A poller as a process: from its settings to its end by a signal."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from poller.crew.choice import check_room
from poller.engine import Poller
from poller.hangup import hangup_ends
from poller.health.address import HealthAddress
from poller.health.watch import HealthWatch
from poller.poller_settings import PollerSettings
from poller.service_hooks import ServiceHooks
from poller.spooling import opened_spool
from storage.database import open_database
from storage.secret_keeper import SecretKeeper

_log = structlog.get_logger()


async def run_poller(
    url: str,
    *,
    keeper: SecretKeeper,
    settings: PollerSettings,
    hooks: ServiceHooks | None = None,
) -> int:
    """Polls until SIGTERM or SIGINT; SIGHUP has it look at once at what has changed.

    Args:
        url: a database of the current schema; the caller holds its poller lock.
        keeper: where secrets are.
        settings: of this run.
        hooks: told how far it is.

    Returns:
        0 when all that was read has been stored or waits in the spool, 1 when some of it was lost.

    Raises:
        HealthPortError: the health port cannot be opened.
        TooFewDescriptorsError: this machine cannot open a session to each host.
    """
    stop = asyncio.Event()
    database = open_database(url)
    try:
        if database.dialect == "sqlite" or not settings.name:
            # All hosts are this poller's own.
            check_room(settings, database)
        with opened_spool(settings.spools, database.url, settings.spool_limit_bytes, settings.name) as spool:
            poller = Poller(database, keeper, settings, spool=spool, hooks=hooks)
            with _signals(stop, poller.reload), _health_port(settings.health, poller.health):
                return await poller.run(stop)
    finally:
        # A server that is frozen keeps threads waiting, and the event loop would wait for these without a limit.
        database.cut()


@contextmanager
def _signals(stop: asyncio.Event, reload: Callable[[], None]) -> Iterator[None]:
    """While it lasts, SIGTERM and SIGINT set the event, and SIGHUP reloads, or ends what runs in a terminal."""
    loop = asyncio.get_running_loop()
    handled = {signal.SIGTERM: stop.set, signal.SIGINT: stop.set}
    if hasattr(signal, "SIGHUP"):
        handled[signal.SIGHUP] = stop.set if hangup_ends() else reload
    for number, handler in handled.items():
        loop.add_signal_handler(number, handler)
    try:
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)


@contextmanager
def _health_port(address: HealthAddress | None, health: HealthWatch) -> Iterator[None]:
    """While it lasts, whoever asks there is answered. Raises HealthPortError."""
    if address is None:
        yield
        return
    # The library of the metrics takes 5 MB: only where somebody asks for them.
    from poller.health.answers import HealthAnswers  # noqa: PLC0415
    from poller.health.server import HealthServer  # noqa: PLC0415

    server = HealthServer(address.host, address.port, HealthAnswers(health))
    server.start()
    _log.info("health_port", address=address.host, port=server.port)
    try:
        yield
    finally:
        server.stop()
