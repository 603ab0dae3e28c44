"""A file of any size as numbered lines, some thousands at a time, none longer than is reasonable."""

from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from storage.transfer.refusals import RefusalReason, Refusals

LINE_LIMIT = 65_536
"""Bytes; the longest line of our own, two labels of 255 characters all of them escaped, has less than 4,000."""
_BLOCK_BYTES = 524_288
_BOM = b"\xef\xbb\xbf"


class Lines(NamedTuple):
    """Lines without their ends. What cannot be read is an empty one, so that the numbers stay right.

    Attributes:
        first: the number of the first line, from 1.
        texts: the lines.
    """

    first: int
    texts: list[str]


def read_lines(
    stream: BinaryIO, refusals: Refusals, on_bytes: Callable[[int], None] = lambda _count: None
) -> Iterator[Lines]:
    """Everything to the end of a stream.

    Args:
        stream: a file, a pipe.
        refusals: is told of lines that are too long or not UTF-8.
        on_bytes: is told how many bytes were read.
    """
    number = 1
    for block in _blocks(stream, on_bytes):
        raw = block.split(b"\n")
        raw.pop()
        for place, line in enumerate(raw):
            if len(line) >= LINE_LIMIT:
                refusals.add(RefusalReason.LONG_LINE, number + place, f"{LINE_LIMIT} bytes and more")
                raw[place] = b""
        yield Lines(number, _texts(raw, number, refusals))
        number += len(raw)


def _blocks(stream: BinaryIO, on_bytes: Callable[[int], None]) -> Iterator[bytes]:
    """Whole lines, each with its end. Of a line that is too long only its beginning is kept."""
    rest = b""
    at_start = True
    while read := stream.read(_BLOCK_BYTES):
        on_bytes(len(read))
        block = rest + (read.removeprefix(_BOM) if at_start else read)
        at_start = False
        whole, newline, rest = block.rpartition(b"\n")
        rest = rest[:LINE_LIMIT]
        if newline:
            yield whole + newline
    if rest:
        yield rest + b"\n"


def _texts(raw: list[bytes], first: int, refusals: Refusals) -> list[str]:
    try:
        texts = b"\n".join(raw).decode("utf-8").split("\n")
    except UnicodeDecodeError:
        texts = [_text(line, first + place, refusals) for place, line in enumerate(raw)]
    return [text.removesuffix("\r") for text in texts]


def _text(line: bytes, number: int, refusals: Refusals) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        refusals.add(RefusalReason.NOT_UTF8, number, line[:100].decode("utf-8", "replace"))
        return ""
