"""Files that are there whole or not at all. Takes as long as a disk takes: not for the thread that paints."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from storage.database import Database
from storage.errors import InvalidInputError
from storage.host import Host
from storage.printable import printable
from storage.rollup import Interval
from storage.transfer.csv_export import write_csv
from storage.translation import _


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesWish:
    """Which values are to be saved: of one host, from start up to before end, UTC milliseconds."""

    host: Host
    metrics: Sequence[str]
    start: int
    end: int
    interval: Interval


def save_picture(path: Path, picture: QImage) -> None:
    """Writes a PNG. Raises InvalidInputError when the file cannot be written."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # `QImage.save` wants the format as text, and its annotations want it as bytes.
    QImageWriter(buffer, QByteArray(b"PNG")).write(picture)
    content = bytes(buffer.data().data())
    _replace(path, lambda draft: _write_bytes(draft, content))


def save_values(path: Path, database: Database, wish: ValuesWish) -> int:
    """Writes a CSV, harmless in a spreadsheet, and returns how many rows it has.

    Raises:
        InvalidInputError: the file cannot be written.
        WatchpostError: the database cannot be read.
    """
    rows = 0

    def write(draft: Path) -> None:
        nonlocal rows
        with draft.open("x", encoding="utf-8", newline="") as out, database.reading() as connection:
            rows = write_csv(
                out,
                connection,
                hosts=[wish.host],
                metrics=wish.metrics,
                start=wish.start,
                end=wish.end,
                interval=wish.interval,
            )

    _replace(path, write)
    return rows


def file_name(*words: str, ending: str) -> str:
    """A name that every file system takes, made of words that may come from a host."""
    plain = "-".join(words)
    kept = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in plain)
    return f"{kept.strip('-.')[:120] or 'watchpost'}.{ending}"


def _write_bytes(draft: Path, content: bytes) -> None:
    with draft.open("xb") as out:
        out.write(content)


def _replace(path: Path, write: Callable[[Path], None]) -> None:
    """Has a draft written beside the place, then puts it there; after an error what was there is there still."""
    draft = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
    try:
        write(draft)
        draft.replace(path)
    except OSError as error:
        raise InvalidInputError(
            _("{file} cannot be written: {reason}.").format(file=printable(path.name), reason=error.strerror or error),
            hint=_("Check that its folder exists, that you may write there, and that the disk has room."),
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
