"""How many files a fleet needs to open, and whether it may."""

from storage.open_files import TooFewDescriptorsError, allow_descriptors, descriptor_limit

RESERVE = 200
"""For what is no host: the interpreter, logs, pipes to the other processes, logins that are on their way out."""
_PER_HOST = 2
"""A listener and a session."""


def descriptors_needed(hosts: int) -> int:
    """For so many hosts in one process."""
    return _PER_HOST * hosts + RESERVE


def allow_hosts(hosts: int) -> None:
    """Raises this process's limit as far as so many hosts take.

    Raises:
        TooFewDescriptorsError: the system does not let it; the message names the number.
    """
    needed, limit = descriptors_needed(hosts), descriptor_limit()
    if limit is not None and limit < needed:
        raise TooFewDescriptorsError(
            f"{hosts} hosts in one process need {needed} open files, and the system allows {limit}.",
            hint=f"Allow more (as root: ulimit -Hn {needed}; for good: /etc/security/limits.conf), "
            "take fewer --hosts or more --processes.",
        )
    allow_descriptors(needed)
