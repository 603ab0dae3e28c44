"""Reads the CSV that `storage.transfer.csv_export` writes, line by line: no cell of it has a line break."""

import csv
from collections.abc import Hashable
from operator import itemgetter
from typing import cast

from storage.errors import InvalidInputError
from storage.printable import printable
from storage.transfer.csv_cell import cell_text
from storage.transfer.csv_export import COLUMNS, ROLLED_UP_COLUMNS
from storage.transfer.cut_lines import CutLines, KnownSeries
from storage.transfer.label_text import parse_labels
from storage.transfer.moments import iso_moments
from storage.transfer.refusals import RefusalReason, Refusals
from storage.transfer.samples import Samples
from storage.transfer.series_book import SeriesBook
from storage.transfer.text_lines import Lines

_NEEDED = ("timestamp", "metric", "value")


class CsvLines:
    """Understands lines by the heads of the columns, which may be in any order; `host` and `labels` may be absent."""

    def __init__(self, head: str, book: SeriesBook, refusals: Refusals) -> None:
        """Takes the first line. Raises InvalidInputError when it has other columns."""
        heads = checked_heads(head)
        self._width = len(heads)
        self._at = {name: place for place, name in enumerate(heads)}
        self._moment_at, self._value_at = self._at["timestamp"], self._at["value"]
        self._named = [name for name in ("host", "metric", "labels") if name in self._at]
        self._key_of = itemgetter(*(self._at[name] for name in self._named))
        self._book = book
        self._refusals = refusals
        self._known = KnownSeries(self._number, refusals)

    def samples(self, lines: Lines, now_ms: int) -> Samples:
        """What the lines have that can be stored."""
        cut = CutLines()
        known, key_of = self._known.get, self._key_of
        for number, text in enumerate(lines.texts, lines.first):
            if not text:
                continue
            cells = _cells(text)
            if len(cells) != self._width:
                self._refusals.add(RefusalReason.BAD_LINE, number, text)
                continue
            key = key_of(cells)
            series = known(key)
            if series is None:
                series = self._known.learn(key, number)
            if series is not None:
                cut.add(number, series, cells[self._moment_at], cells[self._value_at])
        return cut.samples(iso_moments, now_ms, self._refusals)

    def _number(self, key: Hashable) -> int:
        cells = cast("tuple[str, ...]", key if isinstance(key, tuple) else (key,))
        said = dict(zip(self._named, map(cell_text, cells), strict=True))
        return self._book.number(said.get("host", ""), said["metric"], parse_labels(said.get("labels", "")))


def checked_heads(line: str) -> list[str]:
    """The heads of the columns.

    Raises:
        InvalidInputError: they are not those of an export of readings.
    """
    heads = [cell.strip().lower() for cell in _cells(line)]
    if set(ROLLED_UP_COLUMNS) & set(heads):
        raise InvalidInputError(
            "The file has means, minima and maxima; only readings can be imported.",
            hint="Export again with --interval raw.",
        )
    if not set(_NEEDED) <= set(heads) <= set(COLUMNS) or len(set(heads)) < len(heads):
        raise InvalidInputError(
            f"These are not the columns of an export: {printable(line, 120)}",
            hint=f"The first line has to be {','.join(COLUMNS)}; host and labels may be absent.",
        )
    return heads


def _cells(line: str) -> list[str]:
    """The cells of a line; none when it is no CSV."""
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader((line,), strict=True))
    except csv.Error:
        return []
