"""How many files a poller has to be able to open, and whether it may: every session is one."""

import sys

from storage.errors import WatchpostError

RESERVE = 200
"""For what is no session: the database, logs, the spool, workers, and logins that are under way."""


class TooFewDescriptorsError(WatchpostError):
    """This process may not open as many files as it has hosts."""

    kind = "too_few_descriptors"


def descriptors_needed(hosts: int, workers: int = 0) -> int:
    """How many files the process with the most sessions has open, for so many hosts.

    A host behind a jump host takes one, too: the session to the host is inside the one to the jump host.
    """
    return -(-hosts // max(1, workers)) + RESERVE


def hosts_possible(limit: int | None) -> int | None:
    """How many hosts one process can read that may open so many files; None is no limit."""
    return None if limit is None else max(0, limit - RESERVE)


def descriptor_limit() -> int | None:
    """How many files this process may open, once it has asked for all that it may ask for; None for no limit."""
    if sys.platform == "win32":
        # Sockets are no files there.
        return None
    import resource  # noqa: PLC0415 - not there on Windows

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if hard == resource.RLIM_INFINITY else hard


def allow_descriptors(needed: int) -> None:
    """Raises this process's limit as far as that takes, where the system lets it."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not there on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    wanted = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):
        # macOS says that there is no limit, and has one: what does not fit fails one by one, and says why.
        return


def check_descriptors(hosts: int, workers: int, limit: int | None) -> None:
    """Refuses what cannot work.

    Args:
        hosts: how many there are.
        workers: how many processes share them; 0 is the poller alone.
        limit: how many files each may open; None for no limit.

    Raises:
        TooFewDescriptorsError: too few; it names the number.
    """
    needed = descriptors_needed(hosts, workers)
    if limit is not None and needed > limit:
        raise TooFewDescriptorsError(
            f"{hosts} hosts need {needed} open files in one process, and the system allows {limit}.",
            hint=f"Allow more: LimitNOFILE={needed} in the unit file, `ulimit -Hn {needed}` in a shell of root, "
            "or more --workers.",
        )
