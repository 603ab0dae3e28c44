"""This machine as a host."""

import socket

from storage.host import NewHost, Transport


def own_host() -> NewHost:
    """This machine, ready to be registered, under what it calls itself as far as that can be a host's name."""
    name = socket.gethostname().split(".")[0].strip("- ")
    return NewHost(name=name if name.isprintable() and name else "this-machine", transport=Transport.LOCAL)
