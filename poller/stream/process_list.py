"""The process table of a line: taken as it came where nothing about it is odd, else cleaned row by row."""

from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from storage.errors import WatchpostError
from storage.printable import printable
from storage.scrape import Process

PROCESSES_LIMIT = 200
NAME_LIMIT = 255
COMMAND_LIMIT = 1024
_INTEGER_LIMIT = 2**63

_Whole = Annotated[int, Meta(ge=0, le=_INTEGER_LIMIT - 1)]
_Positive = Annotated[float, Meta(ge=0)]
_Name = Annotated[str, Meta(max_length=NAME_LIMIT)]


class BadProcessesError(WatchpostError):
    """A process table that no probe of ours would send."""

    kind = "bad_processes"


class ProcessList(NamedTuple):
    """A process table that is fit to be stored and shown.

    Attributes:
        rows: of the table; None where there is none.
        text: the same as it came, JSON; None where it had to be cleaned.
    """

    rows: tuple[Process, ...] | None
    text: bytes | None


class _PlainProcess(Process, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """A row of which at most the characters of its texts are wrong. Checked while it is read, which costs nothing."""

    pid: _Whole
    name: _Name
    command: Annotated[str, Meta(max_length=COMMAND_LIMIT)]
    user: _Name
    cpu_percent: _Positive
    rss_bytes: _Whole
    vsz_bytes: _Whole
    run_s: _Positive


_PLAIN = msgspec.json.Decoder(tuple[_PlainProcess, ...])
_ANY = msgspec.json.Decoder(tuple[Process, ...])


def read_processes(text: bytes) -> ProcessList:
    """Reads a process table from its JSON.

    Raises:
        BadProcessesError: too many rows, or a number that no process has.
        msgspec.MsgspecError, UnicodeDecodeError: it is no table at all.
    """
    try:
        rows: tuple[Process, ...] = _PLAIN.decode(text)
    except msgspec.ValidationError:
        return ProcessList(_cleaned(_ANY.decode(text)), None)
    if len(rows) > PROCESSES_LIMIT:
        raise _too_many(rows)
    return ProcessList(rows, text) if _is_printable(text, rows) else ProcessList(_cleaned(rows), None)


def _is_printable(text: bytes, rows: tuple[Process, ...]) -> bool:
    # JSON itself allows no control characters but the last one of ASCII, and else they come only as escapes.
    if text.isascii() and b"\x7f" not in text and not _has_escapes(text):
        return True
    # One look at all of its text costs a tenth of one at each part.
    return "".join([part for row in rows for part in (row.name, row.command, row.user)]).isprintable()


def _has_escapes(text: bytes) -> bool:
    r"""Whether there are others than those of quotes and of the backslash, as `agetty -- \\u` has it on every host."""
    at = text.find(b"\\")
    while at >= 0:
        if text[at + 1] not in b'\\"':
            return True
        at = text.find(b"\\", at + 2)
    return False


def _cleaned(rows: tuple[Process, ...]) -> tuple[Process, ...]:
    if len(rows) > PROCESSES_LIMIT:
        raise _too_many(rows)
    return tuple(map(_clean, rows))


def _clean(row: Process) -> Process:
    if not all(0 <= number < _INTEGER_LIMIT for number in (row.pid, row.rss_bytes, row.vsz_bytes)):
        raise BadProcessesError("A process has a number that cannot be.")
    return Process(
        row.pid,
        printable(row.name, NAME_LIMIT),
        printable(row.command, COMMAND_LIMIT),
        printable(row.user, NAME_LIMIT),
        max(row.cpu_percent, 0.0),
        row.rss_bytes,
        row.vsz_bytes,
        max(row.run_s, 0.0),
    )


def _too_many(rows: tuple[Process, ...]) -> BadProcessesError:
    return BadProcessesError(f"{len(rows)} processes, more than {PROCESSES_LIMIT}.")
