"""The series that a file has, each with a number."""

from collections.abc import Mapping

from storage.catalogue import CATALOGUE, Kind, Metric
from storage.printable import printable
from storage.scrape import Cadence
from storage.series import SeriesKey
from storage.transfer.refusals import RefusalReason, RefusedError

SERIES_LIMIT = 200_000
"""Of a whole file: a thousand hosts of two hundred each. They take some 100 MB."""
GROUP_LIMIT = 8192
"""Of one host and cadence; no host may send more either."""
_NAME_LIMIT = 255


class SeriesBook:
    """Numbers series, and the groups, of one host and cadence, that they are stored by.

    Attributes:
        keys: which series each number is.
        group_of: the number of each one's group.
        groups: the name of the host, as the file has it, and the cadence of each group.
    """

    def __init__(self) -> None:
        self.keys: list[SeriesKey] = []
        self.group_of: list[int] = []
        self.groups: list[tuple[str, Cadence]] = []
        self._numbers: dict[tuple[str, SeriesKey], int] = {}
        self._group_numbers: dict[tuple[str, Cadence], int] = {}
        self._sizes: list[int] = []

    def number(self, host: str, name: str, labels: Mapping[str, str]) -> int:
        """The number of a series.

        Args:
            host: as the file names it; empty where it does not.
            name: of the metric.
            labels: in any order.

        Raises:
            RefusedError: it is none that can be imported, or there are too many.
        """
        metric = _stored_metric(name)
        if labels.keys() != set(metric.labels):
            text = ", ".join(labels) or "no labels"
            raise RefusedError(RefusalReason.BAD_LABELS, f"{name} with {text}")
        key = SeriesKey(name, tuple((label, labels[label]) for label in metric.labels))
        found = self._numbers.get((host, key))
        return self._add(host, key, metric.cadence) if found is None else found

    @property
    def hosts(self) -> list[str]:
        """The names of hosts, in the order they were first met."""
        return list(dict.fromkeys(host for host, _cadence in self.groups))

    def _add(self, host: str, key: SeriesKey, cadence: Cadence) -> int:
        if printable(host, _NAME_LIMIT) != host:
            raise RefusedError(RefusalReason.CONTROL_CHARACTERS, host)
        if len(self.keys) >= SERIES_LIMIT:
            raise RefusedError(RefusalReason.TOO_MANY_SERIES, f"more than {SERIES_LIMIT} series")
        group = self._group(host, cadence)
        if self._sizes[group] >= GROUP_LIMIT:
            raise RefusedError(RefusalReason.TOO_MANY_SERIES, f"more than {GROUP_LIMIT} series of one host")
        self._sizes[group] += 1
        self._numbers[host, key] = len(self.keys)
        self.keys.append(key)
        self.group_of.append(group)
        return len(self.keys) - 1

    def _group(self, host: str, cadence: Cadence) -> int:
        number = self._group_numbers.setdefault((host, cadence), len(self.groups))
        if number == len(self.groups):
            self.groups.append((host, cadence))
            self._sizes.append(0)
        return number


def _stored_metric(name: str) -> Metric:
    metric = CATALOGUE.get(name)
    if metric is None:
        raise RefusedError(RefusalReason.UNKNOWN_METRIC, name)
    if metric.kind is Kind.DERIVED:
        raise RefusedError(RefusalReason.DERIVED_METRIC, name)
    return metric
