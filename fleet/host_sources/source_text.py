"""The text of a file that hosts are to be read from: bounded, decoded, and of no other kind than text."""

import codecs
import os
import stat
from pathlib import Path
from typing import NamedTuple

from storage.errors import InvalidInputError
from storage.printable import printable
from storage.translation import _

BYTES_LIMIT = 10 * 2**20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")
"""The first bytes of spreadsheets, new and old, and of what gzip made."""


class SourceText(NamedTuple):
    """A text, and sentences on how it was read."""

    text: str
    notes: tuple[str, ...] = ()


def read_bytes(path: Path) -> bytes:
    """What is in a file. Never waits for a pipe that nobody writes to.

    Raises:
        InvalidInputError: it cannot be read, is no file, or is larger than 10 MiB.
    """
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            is_file = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            content = file.read(BYTES_LIMIT + 1) if is_file else b""
    except IsADirectoryError:
        raise InvalidInputError(
            f"{path} is a folder.",
            hint=f"Of an Ansible inventory of several files: ansible-inventory -i {path} --list > hosts.json",
        ) from None
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or "that is no path"
        raise InvalidInputError(
            f"{printable(str(path))} cannot be read: {words}.", hint="Check its name and its permissions."
        ) from None
    if not is_file:
        raise InvalidInputError(f"{path} is no ordinary file.", hint="Name a file, or - for standard input.")
    return content


def decoded(content: bytes, *, guess: bool = False) -> SourceText:
    """The text that bytes stand for: UTF-8, or what a byte order mark says.

    Args:
        content: of a file.
        guess: take Windows-1252 for what is neither, as an old spreadsheet writes it.

    Raises:
        InvalidInputError: it is too large, no text, or in another encoding.
    """
    if len(content) > BYTES_LIMIT:
        raise InvalidInputError(
            f"It is larger than {BYTES_LIMIT // 2**20} MiB.",
            hint="Is it the right file? If so, divide it into several.",
        )
    if content.startswith(_ARCHIVES):
        raise InvalidInputError(
            "It is a spreadsheet or an archive, not a text.", hint="Save it as “CSV UTF-8” there, and give that file."
        )
    mark, encoding = next((known for known in _MARKS if content.startswith(known[0])), (b"", "utf-8"))
    try:
        found = SourceText(content.removeprefix(mark).decode(encoding))
    except UnicodeDecodeError as error:
        found = _otherwise(content, error, guess=guess and not mark)
    if "\0" in found.text:
        raise InvalidInputError("It is not a text: there are zero bytes in it.", hint="Is it the right file?")
    return found


def _otherwise(content: bytes, error: UnicodeDecodeError, *, guess: bool) -> SourceText:
    if guess:
        note = _("It is not UTF-8. It was read as Windows-1252, so look at names with letters beyond ASCII.")
        return SourceText(content.decode("cp1252", "replace"), (note,))
    line = content.count(b"\n", 0, error.start) + 1
    raise InvalidInputError(
        f"Line {line} is not {error.encoding.upper()}: there is a byte {content[error.start]:#04x} in it.",
        hint="Save the file as UTF-8.",
    )
