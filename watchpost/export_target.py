"""Where an export goes: standard output, or a file that is there whole or not at all."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from storage.errors import InvalidInputError

STANDARD_OUTPUT = "-"


@contextmanager
def open_target(output: str) -> Iterator[BinaryIO]:
    """Opened for bytes.

    A file is written beside its place and put there at the end; after an error the old one is still there.

    Raises:
        InvalidInputError: the file cannot be written.
    """
    to_stdout = output == STANDARD_OUTPUT
    try:
        with _standard_output() if to_stdout else _target(Path(output)) as stream:
            yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InvalidInputError(
            f"{'Standard output' if to_stdout else output} cannot be written: {error.strerror or error}.",
            hint="Check that its folder exists, that you may write there, and that the disk has room.",
        ) from error


@contextmanager
def open_text_target(output: str) -> Iterator[TextIO]:
    """As `open_target`, for text in UTF-8 with line ends as they are written."""
    with open_target(output) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
        try:
            yield text
            text.flush()
        finally:
            # Flushes once more; what that says has been said.
            with suppress(OSError):
                text.detach()


def _target(path: Path) -> AbstractContextManager[BinaryIO]:
    # A device or a pipe has no place to be moved to.
    if path.exists() and not path.is_file():
        return path.open("wb")
    return _file(path)


@contextmanager
def _standard_output() -> Iterator[BinaryIO]:
    """The stream under the one for text, whose encoding and line ends may be others."""
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


@contextmanager
def _file(path: Path) -> Iterator[BinaryIO]:
    # A link is written through, as any program would.
    place = path.resolve()
    draft = place.with_name(f".{place.name[:200]}.{os.getpid()}.part")
    try:
        with draft.open("xb") as stream:
            yield cast("BinaryIO", stream)
        draft.replace(place)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def abandon_standard_output() -> None:
    """After a broken pipe: what is left in the buffer must not raise once more when the process ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
