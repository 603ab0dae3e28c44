"""Series and layouts: what the numbers of a vector mean."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from weakref import WeakValueDictionary

import msgspec


class SeriesKey(NamedTuple):
    """A metric name with its labels, the labels in the order of the catalogue."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """As Prometheus writes it: `name{label="value"}`."""
        if not self.labels:
            return self.name
        return f"{self.name}{{{format_labels(self.labels)}}}"


def format_labels(labels: Iterable[tuple[str, str]]) -> str:
    r"""`a="x",b="y"`, with `\`, `"` and newlines escaped as Prometheus does."""
    escaped = ((name, value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")) for name, value in labels)
    return ",".join(f'{name}="{value}"' for name, value in escaped)


@dataclass(frozen=True)
class Layout:
    """The ordered list of series that a vector of float64 follows; stored once by content."""

    series: tuple[SeriesKey, ...]

    @cached_property
    def content(self) -> bytes:
        """Canonical JSON: a list of `[name, label, value, …]`."""
        return msgspec.json.encode([[key.name, *(part for pair in key.labels for part in pair)] for key in self.series])

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the content: the layout's identity across hosts and restarts."""
        return hashlib.sha256(self.content).digest()

    def __hash__(self) -> int:
        return hash(self.digest)

    @classmethod
    def parse(cls, content: bytes | str) -> "Layout":
        """The inverse of `content`; the caller vouches for the input."""
        rows = msgspec.json.decode(content, type=list[list[str]])
        return cls(tuple(series_key(row) for row in rows))


_shared: WeakValueDictionary[bytes, Layout] = WeakValueDictionary()


def shared_layout(series: tuple[SeriesKey, ...]) -> Layout:
    """The layout of these series, the same object for all who ask.

    A fleet of equal machines then has one (10 KB and more) rather than one each, and comparing them costs nothing.
    """
    layout = Layout(series)
    return _shared.setdefault(layout.digest, layout)


def live_layout(digest: bytes) -> Layout | None:
    """The shared layout of that digest, where somebody in this process has it."""
    return _shared.get(digest)


def series_key(flat: Sequence[str]) -> SeriesKey:
    """`["name", "label", "value", …]` as a key. Raises ValueError when a label has no value or there is no name."""
    if len(flat) % 2 == 0:
        raise ValueError("a series is a name and pairs of label and value")
    return SeriesKey(flat[0], tuple(zip(flat[1::2], flat[2::2], strict=True)))
