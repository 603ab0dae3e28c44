"""Starts a worker of the poller with nothing of the command line loaded: that would be 25 MB in each of them."""

import importlib
import sys

AS_WORKER = ("run", "--as-worker")
"""What stands behind the program's name. For the poller alone; nobody types it."""
AS_MESSENGER = ("alerts", "--as-messenger")
"""The same for the process that delivers one message."""

_MAINS: dict[tuple[str, ...], str] = {AS_WORKER: "poller.crew.worker", AS_MESSENGER: "alerts.receivers.messenger"}


def start_from_worker_command() -> bool:
    """Works where this command line means that, until the poller has gone; False leaves it to the command line."""
    module = _MAINS.get(tuple(sys.argv[1:]))
    if module is None:
        return False
    importlib.import_module(module).main()
    return True
