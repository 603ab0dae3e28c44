"""What `watchpost run` is to its service manager: tells it how far it is, and reloads when it is asked to."""

import faulthandler
import os

import structlog

from poller.health.notify_hooks import NotifyHooks
from poller.service_notify import ServiceNotify
from storage.errors import WatchpostError
from watchpost.invocation import configuration
from watchpost.log_setup import log_to_stderr

UPGRADE_S = 3600.0
"""To upgrade a large database may take long; a start that is cut short would begin it anew, again and again."""

_log = structlog.get_logger()


def service_hooks(database: str | None) -> NotifyHooks:
    """To be called at the start of the process, before anything that may take long.

    Args:
        database: the option `--db` of this run.
    """
    # A watchdog ends a process that hangs with SIGABRT: what every thread was at goes to the log then.
    faulthandler.enable()
    notify = ServiceNotify.taken_from(os.environ, os.getpid())
    notify.may_take(UPGRADE_S)
    return NotifyHooks(notify, on_reload=lambda: _reload(database))


def _reload(database: str | None) -> None:
    """Takes over what `.env` says now of the log; hosts and settings lie in the database, which the engine looks at."""
    try:
        level = configuration(database).log_level
    except WatchpostError as error:
        _log.error("poller_reload_failed", message=error.message, hint=error.hint)
        return
    log_to_stderr(level)
    _log.info("poller_reloads", log_level=level)
