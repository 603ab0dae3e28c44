"""`watchpost credentials add`: store a secret under a name."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from storage.credentials import CredentialKind, NewCredential, add_credential, replace_secret
from storage.errors import InvalidInputError
from storage.utc import now_ms
from watchpost.console import output
from watchpost.database_access import database_to_change
from watchpost.invocation import DatabaseOption, configuration
from watchpost.secret_keeping import persons_keeper, read_secret, without_line_break

_FILE_LIMIT = 8192


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it; hosts refer to it by this name.")],
    *,
    kind: Annotated[
        CredentialKind, typer.Option("--kind", help="A password to log in with, or the passphrase of a key.")
    ] = CredentialKind.PASSWORD,
    from_file: Annotated[
        str | None, typer.Option("--from-file", metavar="FILE|-", help="Read the secret from a file, or from a pipe.")
    ] = None,
    replacing: Annotated[
        bool, typer.Option("--replace", help="Give a credential that is there another secret.")
    ] = False,
    database: DatabaseOption = None,
) -> None:
    """Store a password or passphrase under a name, for any number of hosts.

    It is asked for without being shown, or read from standard input where that is a pipe; never from the command
    line, which others can see. It lies in the keyring, not in the database.
    """
    chosen = configuration(database)
    with database_to_change(chosen.database_url) as opened:
        new = NewCredential(name, kind, _secret(name, kind, from_file))
        keeper = persons_keeper(chosen, opened)
        if replacing:
            replace_secret(opened, name, new.secret, now_ms=now_ms(), keeper=keeper)
        else:
            add_credential(opened, new, now_ms=now_ms(), keeper=keeper)
    word = "has another secret now" if replacing else f"is stored as a {kind.value}"
    output().print(Text(f"“{name}” {word}. Use it: watchpost hosts edit HOST --credential {name}"))


def _secret(name: str, kind: CredentialKind, from_file: str | None) -> str:
    if from_file is None:
        return read_secret(f"{kind.value.capitalize()} for “{name}”")
    try:
        content = _read(from_file)
    except OSError as error:
        raise InvalidInputError(f"{from_file} cannot be read: {error.strerror}.", hint="Check its path.") from error
    if len(content) > _FILE_LIMIT:
        raise InvalidInputError(f"{from_file} is larger than {_FILE_LIMIT} bytes.", hint="Is it the right file?")
    return without_line_break(content)


def _read(from_file: str) -> bytes:
    if from_file == "-":
        return sys.stdin.buffer.read(_FILE_LIMIT + 1)
    with Path(from_file).expanduser().open("rb") as file:
        return file.read(_FILE_LIMIT + 1)
