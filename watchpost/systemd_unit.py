"""The unit file of the poller, quoted as systemd wants it. Pure."""

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from string import Template

from storage.errors import InvalidInputError

_TEMPLATE = "watchpost.service"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def unit_text(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """The unit.

    Args:
        command: the program and its arguments.
        environment: variables that it is to have besides those of the user's systemd.

    Raises:
        InvalidInputError: something cannot be written in a unit file.
    """
    template = files("resources").joinpath(_TEMPLATE).read_text(encoding="utf-8")
    lines = [f"Environment={_quoted(f'{name}={value}')}" for name, value in sorted(environment.items())]
    return Template(template).substitute(command=exec_line(command), environment="\n".join(lines))


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
