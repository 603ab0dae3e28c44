"""Gathers the parts of lines, and makes samples of them together."""

from collections.abc import Callable, Hashable, Sequence

from storage.transfer.moments import known_moments
from storage.transfer.refusals import RefusalReason, Refusals, RefusedError
from storage.transfer.samples import Cut, Samples, checked_samples

_REFUSED_KEPT = 10_000


class KnownSeries:
    """Remembers what series a text stands for, so that a text that was seen before costs one look-up."""

    def __init__(self, number_of: Callable[[Hashable], int], refusals: Refusals) -> None:
        self._number_of = number_of
        self._refusals = refusals
        self._known: dict[Hashable, int] = {}
        self._refused: dict[Hashable, RefusedError] = {}
        self.get = self._known.get

    def learn(self, text: Hashable, line: int) -> int | None:
        """The number of a series that `get` does not know yet; None when it is refused, which has been told."""
        error = self._refused.get(text)
        if error is None:
            try:
                number = self._known[text] = self._number_of(text)
            except RefusedError as refused:
                error = refused
            else:
                return number
            if len(self._refused) >= _REFUSED_KEPT:
                self._refused.clear()
            self._refused[text] = error
        self._refusals.add(error.reason, line, error.text)
        return None


class CutLines:
    """The parts of some lines, equally many of each: line numbers, numbers of series, moments, numbers."""

    def __init__(self) -> None:
        self._lines: list[int] = []
        self._series: list[int] = []
        self._moments: list[str] = []
        self._values: list[str] = []

    def add(self, line: int, series: int, moment: str, value: str) -> None:
        """One line."""
        self._lines.append(line)
        self._series.append(series)
        self._moments.append(moment)
        self._values.append(value)

    def samples(
        self, read_moments: Callable[[Sequence[str]], Sequence[int | None]], now_ms: int, refusals: Refusals
    ) -> Samples:
        """What can be stored of them; `refusals` is told of the rest."""
        moments = read_moments(self._moments)
        places, ts = known_moments(moments)
        if len(places) == len(moments):
            return checked_samples(Cut(self._lines, self._series, ts, self._values), now_ms, refusals)
        unknown = [place for place, moment in enumerate(moments) if moment is None]
        texts = [self._moments[place] for place in unknown]
        refusals.add_many(RefusalReason.BAD_TIME, [self._lines[place] for place in unknown], texts)
        lines = [self._lines[place] for place in places]
        series = [self._series[place] for place in places]
        values = [self._values[place] for place in places]
        return checked_samples(Cut(lines, series, ts, values), now_ms, refusals)
