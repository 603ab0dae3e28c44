"""What every page works with."""

from collections.abc import Callable
from dataclasses import dataclass

from monitor_gui.preferences import Preferences
from monitor_gui.reading.errands import Errands
from monitor_gui.reading.reader import Reader
from monitor_gui.surroundings import Surroundings
from monitor_gui.theme.appearance import Appearance


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """One application's parts, for all of its pages.

    Attributes:
        appearance: the theme.
        reader: answers questions to the database.
        errands: does whatever takes time.
        surroundings: what the process around does.
        preferences: what is remembered.
        now_ms: UTC milliseconds.
    """

    appearance: Appearance
    reader: Reader
    errands: Errands
    surroundings: Surroundings
    preferences: Preferences
    now_ms: Callable[[], int]
