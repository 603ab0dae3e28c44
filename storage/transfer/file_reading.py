"""Reads a file of measurements, whichever it is, as samples."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from io import BufferedReader

from storage.errors import InvalidInputError
from storage.transfer.csv_lines import CsvLines
from storage.transfer.openmetrics_lines import OpenMetricsLines
from storage.transfer.refusals import Refusals
from storage.transfer.samples import Samples
from storage.transfer.series_book import SeriesBook
from storage.transfer.text_lines import Lines, read_lines


class TextForm(StrEnum):
    """What can be read back."""

    CSV = "csv"
    OPENMETRICS = "openmetrics"


_NOT_TEXT = {
    b"PAR1": ("Parquet", "Export as CSV or OpenMetrics text to import it again."),
    b"\x1f\x8b": ("compressed", "Unpack it first: gunzip -c FILE | watchpost import -"),
    b"\x28\xb5\x2f\xfd": ("compressed", "Unpack it first: zstdcat FILE | watchpost import -"),
    b"SQLite format 3": ("a database", "To bring a whole database over, see `watchpost db copy`."),
}


def read_samples(  # noqa: PLR0913 - all by name
    stream: BufferedReader,
    book: SeriesBook,
    refusals: Refusals,
    *,
    now_ms: int,
    form: TextForm | None = None,
    on_bytes: Callable[[int], None] = lambda _count: None,
) -> Iterator[Samples]:
    """All that can be stored of a file, some thousands of samples at a time.

    Args:
        stream: the file from its beginning, or a pipe.
        book: numbers the series.
        refusals: is told of all else.
        now_ms: readings may not be later than a minute after it, UTC milliseconds.
        form: what the file is; None goes by its first line.
        on_bytes: is told how many bytes were read.

    Raises:
        InvalidInputError: it is no such file, or it is cut short.
    """
    _check_is_text(stream)
    batches = read_lines(stream, refusals, on_bytes)
    head, rest = _without_head(batches)
    if head is None:
        raise InvalidInputError("The file is empty.", hint="Write one with `watchpost export`.")
    if (form or _form_of(head)) is TextForm.CSV:
        lines = CsvLines(head, book, refusals)
        for batch in rest:
            yield lines.samples(batch, now_ms)
        return
    yield from _openmetrics(rest, head, OpenMetricsLines(book, refusals), now_ms)


def _openmetrics(rest: Iterator[Lines], head: str, lines: OpenMetricsLines, now_ms: int) -> Iterator[Samples]:
    first = next(rest)
    yield lines.samples(Lines(first.first - 1, [head, *first.texts]), now_ms)
    for batch in rest:
        yield lines.samples(batch, now_ms)
    if not lines.ended:
        raise InvalidInputError(
            "The file does not end with “# EOF”: it is cut short, or it is no OpenMetrics text.",
            hint="Export or copy it again. Nothing of it was imported.",
        )


def _check_is_text(stream: BufferedReader) -> None:
    start = stream.peek(16)
    for magic, (what, hint) in _NOT_TEXT.items():
        if start.startswith(magic):
            raise InvalidInputError(f"The file is {what}, not CSV or OpenMetrics text.", hint=hint)


def _without_head(batches: Iterator[Lines]) -> tuple[str | None, Iterator[Lines]]:
    """The first line that is not empty, and all after it, the rest of its batch first, which may be empty."""
    for batch in batches:
        for place, text in enumerate(batch.texts):
            if text:
                return text, _chained(Lines(batch.first + place + 1, batch.texts[place + 1 :]), batches)
    return None, batches


def _chained(first: Lines, rest: Iterator[Lines]) -> Iterator[Lines]:
    yield first
    yield from rest


def _form_of(head: str) -> TextForm:
    # The first line of a CSV names columns; one of OpenMetrics is a comment or ends in numbers.
    return TextForm.CSV if "," in head and not head.startswith("#") and "{" not in head else TextForm.OPENMETRICS
