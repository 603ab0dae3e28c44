"""How many files this process may open: asked of the system, and raised as far as it lets us."""

import sys

from storage.errors import WatchpostError


class TooFewDescriptorsError(WatchpostError):
    """This process may not open as many files as it has hosts."""

    kind = "too_few_descriptors"


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
