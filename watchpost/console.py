"""Where people read: coloured on a terminal, plain text with no line cut short anywhere else."""

import sys

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from storage.errors import WatchpostError
from storage.printable import printable

_PIPE_WIDTH = 4096
"""Cells; a table takes what it needs of them. On 80, the end of long names would be missing from a pipe."""
_TEXT_LIMIT = 4000
"""Characters of an error's text, which may quote a host."""


def output() -> Console:
    """Standard output. Nothing is taken for markup."""
    return _console(stderr=False)


def errors() -> Console:
    """Standard error. Nothing is taken for markup."""
    return _console(stderr=True)


def table(*columns: str) -> Table:
    """A table without lines, as wide as its content; on a narrow terminal cells wrap."""
    plain = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        plain.add_column(column, overflow="fold")
    return plain


def print_json(value: object) -> None:
    """One JSON document, indented, on standard output."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")


def print_text(text: str) -> None:
    """A file's text on standard output, just as it is: to be sent on into that file."""
    sys.stdout.write(text)


def print_error(error: WatchpostError, *, as_json: bool) -> None:
    """Tells what is wrong and what to do about it, on standard error."""
    if as_json:
        said = {"error": {"kind": error.kind, "message": error.message, "hint": error.hint}}
        sys.stderr.write(msgspec.json.encode(said).decode() + "\n")
        return
    console = errors()
    console.print(Text("✖ ", "red") + Text(printable(error.message, _TEXT_LIMIT)))
    for line in error.hint.splitlines():
        console.print(Text(f"  {printable(line, _TEXT_LIMIT)}"))


def is_interactive() -> bool:
    """Whether a person is there to answer a question."""
    # A stream that was closed before the start is None.
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    return Console(
        stderr=stderr,
        markup=False,
        highlight=False,
        emoji=False,
        width=None if stream.isatty() else _PIPE_WIDTH,
        soft_wrap=not stream.isatty(),
    )
