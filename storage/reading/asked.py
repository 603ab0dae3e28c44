"""What is asked of the store."""

from collections.abc import Sequence
from typing import NamedTuple

from storage.scrape import Cadence


class Asked(NamedTuple):
    """What one cadence of some hosts holds from `since` up to before `until`, UTC milliseconds."""

    host_ids: Sequence[int]
    cadence: Cadence
    since: int
    until: int
