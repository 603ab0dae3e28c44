"""A secret as a command gets it: typed, from a pipe, or from a file; never from the command line."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from storage.errors import InvalidInputError
from storage.secret_keeper import CredentialKind
from watchpost.secret_keeping import read_secret, without_line_break

_FILE_LIMIT = 8192

FromFileOption = Annotated[
    str | None, typer.Option("--from-file", metavar="FILE|-", help="Read the secret from a file, or from a pipe.")
]


def secret_from(name: str, kind: CredentialKind, from_file: str | None) -> str:
    """The secret. Raises InvalidInputError, which does not quote it."""
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
