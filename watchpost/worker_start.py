"""Starts a worker of the poller with nothing of the command line loaded: that would be 25 MB in each of them."""

import sys

AS_WORKER = ("run", "--as-worker")
"""What stands behind the program's name. For the poller alone; nobody types it."""


def start_from_worker_command() -> bool:
    """Works where this command line means that, until the poller has gone; False leaves it to the command line."""
    if tuple(sys.argv[1:]) != AS_WORKER:
        return False
    from poller.crew.worker import main  # noqa: PLC0415 - nothing else needs it here

    main()
    return True
