"""Reads OpenMetrics text line by line.

`prometheus_client.openmetrics.parser` builds a whole family before it gives it out: ten million samples would take
gigabytes, and its function for one line is private and takes ten times as long. It is held against this one in a test.
"""

import re
from collections.abc import Hashable

from storage.transfer.cut_lines import CutLines, KnownSeries
from storage.transfer.label_text import parse_labels
from storage.transfer.moments import decimal_moments
from storage.transfer.openmetrics_export import HOST_LABEL, INTERVAL_LABEL
from storage.transfer.refusals import RefusalReason, Refusals, RefusedError
from storage.transfer.samples import Samples
from storage.transfer.series_book import SeriesBook
from storage.transfer.text_lines import Lines

_OTHER_HOST_LABEL = "host"
_SERIES = re.compile(
    r'(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?P<labels>(?:[^"{}]|"(?:[^"\\]|\\.)*")*)\})?', re.ASCII | re.DOTALL
)
_SAMPLE = re.compile(rf"(?P<series>{_SERIES.pattern}) (?P<value>\S+)(?: (?P<time>[^\s#]\S*))?(?: # .*)?", re.ASCII)
_END = "# EOF"


class OpenMetricsLines:
    """Understands samples that have a time; what is said of families is not needed.

    Attributes:
        ended: whether `# EOF` has come.
    """

    def __init__(self, book: SeriesBook, refusals: Refusals) -> None:
        self.ended = False
        self._book = book
        self._refusals = refusals
        self._known = KnownSeries(self._number, refusals)

    def samples(self, lines: Lines, now_ms: int) -> Samples:
        """What the lines have that can be stored."""
        cut = CutLines()
        known = self._known.get
        for number, text in enumerate(lines.texts, lines.first):
            if not text:
                continue
            parts = text.rsplit(" ", 2)
            # What stands before a value and a time is only known when it is a series as a whole.
            series = known(parts[0]) if len(parts) == 3 and not self.ended else None
            if series is not None:
                cut.add(number, series, parts[2], parts[1])
            elif text.startswith("#"):
                self._take_comment(text, number)
            else:
                self._take(text, number, cut)
        return cut.samples(decimal_moments, now_ms, self._refusals)

    def _take_comment(self, text: str, number: int) -> None:
        if self.ended:
            self._refusals.add(RefusalReason.BAD_LINE, number, text)
        self.ended = self.ended or text == _END

    def _take(self, text: str, number: int, cut: CutLines) -> None:
        sample = _SAMPLE.fullmatch(text)
        if sample is None or self.ended:
            self._refusals.add(RefusalReason.BAD_LINE, number, text)
            return
        series = self._known.get(sample["series"])
        if series is None:
            series = self._known.learn(sample["series"], number)
        if series is None:
            return
        if sample["time"] is None:
            self._refusals.add(RefusalReason.NO_TIME, number, text)
            return
        cut.add(number, series, sample["time"], sample["value"])

    def _number(self, text: Hashable) -> int:
        series = _SERIES.fullmatch(str(text))
        if series is None:
            raise RefusedError(RefusalReason.BAD_LINE, str(text))
        labels = parse_labels(series["labels"] or "")
        if INTERVAL_LABEL in labels:
            raise RefusedError(RefusalReason.ROLLED_UP, str(text))
        host = labels.pop(HOST_LABEL, None) or labels.pop(_OTHER_HOST_LABEL, "")
        return self._book.number(host, series["name"], labels)
