"""`watchpost hosts authorized-key`: the line for a host's authorized_keys that holds a key to the probe."""

import sys
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from poller.probe_start.forced_command import authorized_key_line
from poller.ssh.settings import default_key_files
from storage.errors import InvalidInputError
from storage.host import Transport
from storage.hosts import find_host
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, configuration

_SIZE_LIMIT = 64 * 1024


def command(
    name: Annotated[
        str, typer.Argument(metavar="NAME|KEYFILE", help="A host, whose key is taken, or a key file: private or .pub.")
    ],
    *,
    database: DatabaseOption = None,
) -> None:
    """Print the line for ~/.ssh/authorized_keys on a host that lets a key start the probe and nothing else.

    The key opens no terminal, forwards nothing and copies no files. It still runs what the poller sends, with the
    rights of that account: give it an account without rights of its own.
    """
    file = Path(name).expanduser()
    if not file.is_file():
        file = _key_of_host(name, database)
    sys.stdout.write(authorized_key_line(_public_part(file)) + "\n")


def _key_of_host(name: str, database: str | None) -> Path:
    """The key that the host is reached with: its own, or the first of the usual ones that is there."""
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened, opened.reading() as connection:
        host = find_host(connection, name)
    if host.transport is Transport.LOCAL:
        raise InvalidInputError(f"“{host.name}” is this machine; nobody logs in there.")
    if host.identity_file:
        return Path(host.identity_file).expanduser()
    usual = [file for file in default_key_files() if file.with_name(f"{file.name}.pub").is_file()]
    if not usual:
        raise InvalidInputError(
            f"No key file is registered for “{host.name}”, and there is none in ~/.ssh.",
            hint="Name the key file itself: watchpost hosts authorized-key FILE.",
        )
    return usual[0]


def _public_part(file: Path) -> str:
    public = file if file.suffix == ".pub" else file.with_name(f"{file.name}.pub")
    try:
        with public.open(encoding="utf-8", errors="replace") as opened:
            return opened.read(_SIZE_LIMIT)
    except OSError as error:
        raise InvalidInputError(
            f"{public} cannot be read: {error.strerror}.",
            hint=f"“ssh-keygen -y -f {quote(str(file))} > {quote(str(public))}” makes it from the private key.",
        ) from None
