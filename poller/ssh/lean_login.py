"""Forgets what was needed for a login alone: asyncssh keeps it for as long as the connection lives, 6 KB of each."""

import asyncssh


def forget_login(connection: asyncssh.SSHClientConnection) -> None:
    """To be called once somebody is logged in. New session keys, an hour later, need nothing of it."""
    kept = connection.__dict__
    # With which algorithms the server would have taken a signature: two dozen names.
    kept["_server_sig_algs"] = frozenset()
    # What both sides offered, which the session's keys were made from. The next keys are made from other ones.
    kept["_client_kexinit"] = kept["_server_kexinit"] = b""
    # Every option by its name; those that count are attributes besides.
    if (options := kept.get("_options")) is not None:
        options.kwargs = {}
