"""How many files a fleet needs to open, and whether it may."""

import resource

from storage.errors import WatchpostError

RESERVE = 200
"""For what is no host: the interpreter, logs, pipes to the other processes, logins that are on their way out."""
_PER_HOST = 2
"""A listener and a session."""


class TooFewDescriptorsError(WatchpostError):
    """This process may not open as many files as it has hosts."""

    kind = "too_few_descriptors"


def descriptors_needed(hosts: int) -> int:
    """For so many hosts in one process."""
    return _PER_HOST * hosts + RESERVE


def allow_descriptors(hosts: int) -> None:
    """Raises this process's limit as far as so many hosts take.

    Raises:
        TooFewDescriptorsError: the system does not let it; the message names the number.
    """
    needed = descriptors_needed(hosts)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise TooFewDescriptorsError(
            f"{hosts} hosts in one process need {needed} open files, and the system allows {hard}.",
            hint=f"Allow more (as root: ulimit -Hn {needed}; for good: /etc/security/limits.conf), "
            "take fewer --hosts or more --processes.",
        )
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
    except (OSError, ValueError) as error:
        raise TooFewDescriptorsError(
            f"{hosts} hosts in one process need {needed} open files: {error}.", hint="Take fewer --hosts."
        ) from error
