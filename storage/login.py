"""With what hosts are logged in to: those that share it share a directory, and its outages. Pure."""

from typing import NamedTuple

from storage.host import NewHost, Transport


class Login(NamedTuple):
    """One credential, or the same user and key."""

    credential: str = ""
    username: str = ""
    identity_file: str = ""


def login_of(host: NewHost) -> Login | None:
    """With what a host is logged in to; None where nobody logs in."""
    if host.transport is Transport.LOCAL:
        return None
    if host.credential:
        return Login(credential=host.credential)
    return Login(username=host.username or "", identity_file=host.identity_file or "")
