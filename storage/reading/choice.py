"""Which columns of a layout hold the series of some metrics."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from storage.known_layouts import read_layouts
from storage.layout_cache import kept_by_layout
from storage.series import Layout, shared_layout


class Choice(NamedTuple):
    """What is taken of a layout.

    Attributes:
        whole: the layout.
        chosen: the series that are taken; the same object for all layouts that give the same ones.
        columns: where these are.
    """

    whole: Layout
    chosen: Layout
    columns: list[int]


class Chooser:
    """Knows what to take of each layout, by its id. For one connection."""

    def __init__(self, connection: Connection, names: Collection[str]) -> None:
        self._connection = connection
        self._names = frozenset(names)
        self._choices: dict[int, Choice] = {}

    @property
    def known(self) -> Mapping[int, Choice]:
        """What has been learnt so far, the latest at the end."""
        return self._choices

    def choices(self, layout_ids: Iterable[int]) -> dict[int, Choice]:
        """What is taken of these, at least.

        Raises:
            DatabaseCorruptError: a layout is not there, or cannot be read.
        """
        if fresh := set(layout_ids) - self._choices.keys():
            found = read_layouts(self._connection, fresh)
            self._choices |= {layout_id: _choose(layout, self._names) for layout_id, layout in found.items()}
        return self._choices


@kept_by_layout
def _choose(layout: Layout, names: frozenset[str]) -> Choice:
    columns = [index for index, key in enumerate(layout.series) if key.name in names]
    return Choice(layout, shared_layout(tuple(layout.series[index] for index in columns)), columns)
