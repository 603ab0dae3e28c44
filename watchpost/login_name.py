"""Who types: for what is noted with a name."""

import getpass


def login_name() -> str:
    """The name of whoever is logged in; empty where that number has no name, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
