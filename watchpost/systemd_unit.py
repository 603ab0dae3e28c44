"""The unit files of the poller, quoted as systemd wants it. Pure."""

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template

from storage.errors import InvalidInputError

STATE_FOLDER = "/var/lib/watchpost"
"""Home of the service of the machine: its database, its spool, its keys."""
_HOMES = ("/home/", "/root/")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def unit_text(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """The unit of a user.

    Args:
        command: the program and its arguments.
        environment: variables that it is to have besides those of the user's systemd.

    Raises:
        InvalidInputError: something cannot be written in a unit file.
    """
    return _filled("user.service", command, environment)


def system_unit_text(
    command: Sequence[str],
    environment: Mapping[str, str],
    database: Path | None = None,
    *,
    read_from: Sequence[Path] = (),
) -> str:
    """The unit of the machine, for a user of its own.

    Args:
        command: the program and its arguments.
        environment: variables that it is to have.
        database: the file that it writes; None where the database is on a server.
        read_from: where the program really lies, with all that it consists of; links lead there.

    Raises:
        InvalidInputError: something cannot be written in a unit file.
    """
    # Keys in people's homes are not its business; the program itself may lie in one.
    is_in_a_home = any(place.startswith(_HOMES) for place in (command[0], *map(str, read_from)))
    protect_home = "read-only" if is_in_a_home else "yes"
    writable = ""
    if database is not None and not database.is_relative_to(STATE_FOLDER):
        # All else is read-only for it, and SQLite writes files of its own beside the database.
        writable = f"ReadWritePaths={_quoted(str(database.parent))}"
    return _filled("system.service", command, environment, protect_home=protect_home, writable=writable)


def sysusers_text() -> str:
    """The user of the service of the machine, for systemd-sysusers."""
    return _template("sysusers.conf")


def _filled(name: str, command: Sequence[str], environment: Mapping[str, str], **places: str) -> str:
    lines = [f"Environment={_quoted(f'{name}={value}')}" for name, value in sorted(environment.items())]
    return Template(_template(name)).substitute(command=exec_line(command), environment="\n".join(lines), **places)


def _template(name: str) -> str:
    return files("resources").joinpath("systemd", name).read_text(encoding="utf-8")


def exec_line(command: Sequence[str]) -> str:
    """A command as the value of `ExecStart`.

    Raises:
        InvalidInputError: it has a word that is not UTF-8.
    """
    program, *arguments = command
    # In arguments `$` begins a variable; in the path of the program it stands for itself.
    return " ".join([_quoted(program), *(_quoted(word).replace("$", "$$") for word in arguments)])


def _quoted(word: str) -> str:
    try:
        word.encode()
    except UnicodeEncodeError:
        raise InvalidInputError(
            "A path is not UTF-8, and a unit file can hold no other.", hint="Rename it, or give the database another."
        ) from None
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{_CONTROL.sub(_as_number, escaped)}"'


def _as_number(character: re.Match[str]) -> str:
    return f"\\x{ord(character[0]):02x}"
