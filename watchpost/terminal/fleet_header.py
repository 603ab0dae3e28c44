"""The lines above the table of hosts. Pure."""

from dataclasses import dataclass

from rich.text import Text

from fleet.order import SortKey
from fleet.reading import Health, count_health
from storage.printable import printable
from watchpost import palette
from watchpost.drawing import spread
from watchpost.health_text import count_text, proportion_line
from watchpost.terminal.chart_axis import clock
from watchpost.terminal.look import Look
from watchpost.terminal.poller_text import Detail, poller_text


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person has chosen to see.

    Attributes:
        sort: the order.
        words: the filter.
        shown: how many hosts pass it.
    """

    sort: SortKey
    words: str
    shown: int


def fleet_header(look: Look, choice: Choice, width: int) -> list[Text]:
    """Name, counts, clock, poller, and a line in the proportions of the counts."""
    counts = count_health(look.readings)
    total = len(look.readings)
    what = f"{choice.shown} of {total} hosts" if choice.words else f"{total} host{'' if total == 1 else 's'}"
    name = Text.assemble((" ◉ ", palette.ACCENT), ("Watchpost", f"bold {palette.TEXT}"), (f"   {what}", palette.TEXT_2))
    if choice.words:
        name.append(f" · filter “{printable(choice.words, 40)}”", palette.ACCENT)
    time = Text(f"{clock(look.moment.now_ms, look.time_zone, seconds=True)} ", palette.TEXT_2)
    return [spread(name, time, width), _health_line(look, counts, width), proportion_line(counts, width)]


def _health_line(look: Look, counts: dict[Health, int], width: int) -> Text:
    """Counts and poller; words give way to shapes, and what the poller does to whether there is one."""
    for words, detail in ((True, Detail.ALL), (True, Detail.RHYTHM), (True, Detail.LAG), (False, Detail.LAG)):
        health = Text.assemble(" ", count_text(counts, words=words))
        poller = poller_text(look.poller, look.pollers, look.moment.interval_s, detail)
        if health.cell_len + poller.cell_len + 2 <= width:
            break
    return spread(health, poller, width)
