"""How many files a poller has to be able to open, and whether it may: every session is one."""

from storage.open_files import TooFewDescriptorsError, allow_descriptors, descriptor_limit

__all__ = [
    "TooFewDescriptorsError",
    "allow_descriptors",
    "check_descriptors",
    "descriptor_limit",
    "descriptors_needed",
    "hosts_possible",
]

RESERVE = 200
"""For what is no session: the database, logs, the spool, workers, and logins that are under way."""


def descriptors_needed(hosts: int, workers: int = 0) -> int:
    """How many files the process with the most sessions has open, for so many hosts.

    A host behind a jump host takes one, too: the session to the host is inside the one to the jump host.
    """
    return -(-hosts // max(1, workers)) + RESERVE


def hosts_possible(limit: int | None) -> int | None:
    """How many hosts one process can read that may open so many files; None is no limit."""
    return None if limit is None else max(0, limit - RESERVE)


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
