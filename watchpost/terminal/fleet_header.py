"""The lines above the table of hosts. Pure."""

from dataclasses import dataclass

from rich.text import Text

from fleet.order import SortKey
from fleet.reading import Health, count_health
from storage.pollers import Poller
from storage.printable import printable
from watchpost import palette
from watchpost.drawing import spread
from watchpost.health_text import count_text, proportion_line
from watchpost.terminal.chart_axis import clock
from watchpost.terminal.look import Look


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
    for words, brief in ((True, False), (True, True), (False, True)):
        health = Text.assemble(" ", count_text(counts, words=words))
        poller = poller_text(look.poller, look.moment.interval_s, brief=brief)
        if health.cell_len + poller.cell_len + 2 <= width:
            break
    return spread(health, poller, width)


def poller_text(poller: Poller | None, interval_s: float, *, brief: bool) -> Text:
    """Whether somebody polls, how often, and how late readings are in the database."""
    if poller is None:
        return Text("○ no poller is running ", palette.WARNING)
    lag = "" if poller.delay_ms is None else f" · lag {poller.delay_ms} ms"
    every = "" if brief else f" running · every {interval_s:g} s"
    return Text.assemble(("● ", palette.OK), (f"poller{every}{lag} ", palette.TEXT_2))
