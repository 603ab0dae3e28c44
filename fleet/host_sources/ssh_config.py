"""Reads OpenSSH's client configuration: which settings hold under which conditions, in order."""

import glob
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from storage.errors import InvalidInputError

DEPTH_LIMIT = 16
"""As OpenSSH has it; it is also what ends a circle of files."""
FILES_LIMIT = 256
BYTES_LIMIT = 4 * 2**20
"""Of all the files together."""

_LINE = re.compile(r"\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*)")
_WORD = re.compile(r"""(?:[^\s"'\\]|\\.|\\$|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')+""")
_PIECE = re.compile(r"""(\\["'\\ ])|(["'])|(.)""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Condition:
    """The head of a block.

    Attributes:
        keyword: `host` or `match`.
        words: what stands behind it.
    """

    keyword: str
    words: tuple[str, ...]


@dataclass(slots=True)
class Section:
    """Settings that stand together.

    Attributes:
        conditions: all of them must hold: the block's own, and those around an `Include` that led here.
        settings: by keyword in small letters; the first value of each, as that is the one that counts.
    """

    conditions: tuple[Condition, ...]
    settings: dict[str, str] = field(default_factory=dict)


def read_sections(path: Path) -> list[Section]:
    """What a file and those that it includes say, in the order in which OpenSSH reads it.

    A line that cannot be understood is passed over, and so is an included file that cannot be read.

    Raises:
        InvalidInputError: the file itself cannot be read, or all of them are far too large.
    """
    try:
        return list(_Reading(path.parent).file(path, (), 0))
    except OSError as error:
        raise InvalidInputError(
            f"{path} cannot be read: {error.strerror}.", hint="Check its owner and its permissions."
        ) from error


class _Reading:
    """One pass over a file and those that it includes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bytes_left = BYTES_LIMIT
        self._files_left = FILES_LIMIT

    def file(self, path: Path, around: tuple[Condition, ...], depth: int) -> Iterator[Section]:
        section = Section(around)
        for line in self._text(path).splitlines():
            keyword, words = split_line(line)
            if not words:
                continue
            if keyword in {"host", "match"}:
                yield section
                section = Section((*around, Condition(keyword, words)))
            elif keyword == "include":
                yield section
                yield from self._included(words, section.conditions, depth + 1)
                section = Section(section.conditions)
            else:
                section.settings.setdefault(keyword, words[0])
        yield section

    def _included(self, words: tuple[str, ...], around: tuple[Condition, ...], depth: int) -> Iterator[Section]:
        if depth > DEPTH_LIMIT:
            return
        for name in (name for word in words for name in self._named(word)):
            try:
                yield from self.file(Path(name), around, depth)
            except OSError:
                continue

    def _named(self, word: str) -> list[str]:
        if not word.isprintable():
            return []
        try:
            pattern = self._folder / Path(word).expanduser()
        except RuntimeError:
            # The home of somebody who is not known here.
            return []
        # Path.glob takes no absolute patterns.
        return sorted(islice(glob.iglob(str(pattern)), FILES_LIMIT))  # noqa: PTH207

    def _text(self, path: Path) -> str:
        self._files_left -= 1
        with open(path, "rb", opener=_open_at_once) as file:
            content = file.read(self._bytes_left + 1) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""
        self._bytes_left -= len(content)
        if self._bytes_left < 0 or self._files_left < 0:
            raise InvalidInputError(
                "The SSH configuration is too large to be read here.",
                hint=f"{BYTES_LIMIT // 2**20} MiB in {FILES_LIMIT} files are looked at. Type the address instead.",
            )
        return content.decode("utf-8", "replace")


def split_line(line: str) -> tuple[str, tuple[str, ...]]:
    """The keyword in small letters and the words behind it; no words where there are none or a quote is not closed."""
    found = _LINE.match(line)
    if found is None:
        return "", ()
    keyword, rest = found[1].lower(), found[2].strip()
    words: list[str] = []
    place = 0
    while place < len(rest) and rest[place] != "#":
        word = _WORD.match(rest, place)
        if word is None:
            return keyword, ()
        words.append(_unquoted(word[0]))
        place = word.end()
        place += len(rest[place:]) - len(rest[place:].lstrip())
    return keyword, tuple(words)


def _open_at_once(name: str, flags: int) -> int:
    """Never waits: what is included may be a pipe that nobody writes to."""
    return os.open(name, flags | os.O_NONBLOCK)


def _unquoted(word: str) -> str:
    """Without its quotes; a backslash only hides a quote, a space or another backslash."""
    text, quote = "", ""
    for escaped, mark, plain in _PIECE.findall(word):
        if mark and quote in {"", mark}:
            quote = "" if quote else mark
        else:
            text += escaped[1:] or mark or plain
    return text
