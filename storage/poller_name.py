"""What a poller is called: by that it is told from others that share its database, and found again after a restart."""

import platform

from storage.errors import InvalidInputError
from storage.printable import printable

NAME_LIMIT = 64
_FALLBACK = "poller"


def poller_name(text: str | None) -> str:
    """The name that somebody chose, or that of this machine.

    Raises:
        InvalidInputError: it cannot be a name.
    """
    name = (text or "").strip()
    if not name:
        return _own_name()
    if len(name) > NAME_LIMIT or not name.isprintable():
        raise InvalidInputError(
            f"“{printable(name, 40)}” cannot be the name of a poller.",
            hint=f"Use up to {NAME_LIMIT} letters, digits and signs that can be printed.",
        )
    return name


def _own_name() -> str:
    name = platform.node().strip()[:NAME_LIMIT]
    return name if name and name.isprintable() else _FALLBACK
