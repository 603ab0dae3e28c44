"""`watchpost hosts trust`: vouch for the key that a host presents now."""

from functools import partial
from typing import Annotated

import typer

from poller.ssh.host_key_trust import TrustedKeys
from storage.errors import InvalidInputError
from storage.host import Transport
from storage.hosts import find_host
from watchpost.console import is_interactive, output, print_json
from watchpost.database_access import existing_database
from watchpost.host_dialogue import HostDialogue, ask_about_key
from watchpost.host_trust import Vouching
from watchpost.invocation import DatabaseOption, JsonOption, YesOption, configuration
from watchpost.remote_actions import key_as_json, remote_actions
from watchpost.secret_keeping import persons_keeper


def command(  # noqa: PLR0913 - one for each option
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which host.")],
    *,
    accept_new: Annotated[
        bool, typer.Option("--accept-new", help="Trust the key without a question if the host has none yet.")
    ] = False,
    yes: YesOption = False,
    fingerprint: Annotated[
        str | None,
        typer.Option("--fingerprint", metavar="SHA256:…", help="Trust the key only if this is its fingerprint."),
    ] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Look at the key that a host presents now and trust it, in place of an older one if it has changed.

    You are asked to compare its fingerprint. Without a terminal, --fingerprint is the safe way; --accept-new trusts a
    first key but never a changed one, and --yes trusts whatever is presented.
    """
    if fingerprint is not None and not fingerprint.startswith("SHA256:"):
        raise InvalidInputError(
            "A fingerprint begins with SHA256:.", hint="“ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub” shows it."
        )
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened:
        with opened.reading() as connection:
            host = find_host(connection, name)
        if host.transport is Transport.LOCAL:
            raise InvalidInputError(f"“{host.name}” is this machine; it has no host key.")
        keys = TrustedKeys(opened, host)
        ask = partial(ask_about_key, host) if is_interactive() else None
        vouching = Vouching(accept_new=accept_new, accept_any=yes, fingerprint=fingerprint, ask=ask)
        actions = remote_actions(opened, lambda: persons_keeper(chosen, opened))
        HostDialogue(output(), quiet=as_json).present_key(keys, actions, keys.now(), vouching)
        if as_json:
            print_json({"host": host.name, "host_keys": [key_as_json(key) for key in keys.now()]})
