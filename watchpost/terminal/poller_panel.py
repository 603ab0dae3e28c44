"""Everything that pollers say of their own work. Pure."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.text import Text

from fleet.poller_figure_text import figure_lines, in_lines, poller_name
from fleet.poller_trouble_text import poller_trouble_text
from storage.poller_figures import PollerFigures, figures_from_json
from storage.pollers import Poller
from watchpost import palette
from watchpost.drawing import fit
from watchpost.terminal.poller_text import POLLER_LOOK

_LABEL_WIDTH = 20


def poller_panel(pollers: Sequence[Poller], width: int) -> list[Text]:
    """A block of lines for each poller, with an empty one between them."""
    if not pollers:
        return [Text("No poller is running.", palette.WARNING)]
    blocks = [list(_block(poller, width)) for poller in pollers]
    return [line for place, block in enumerate(blocks) for line in (*([Text()] if place else []), *block)]


def _block(poller: Poller, width: int) -> Iterator[Text]:
    figures = figures_from_json(poller.figures)
    if figures is None:
        yield fit(Text(poller_name(poller), f"bold {palette.TEXT}"), width)
        yield Text("It is an older one, which says nothing of its work.", palette.TEXT_3)
        return
    shape, colour = POLLER_LOOK[figures.health]
    yield fit(Text.assemble((f"{shape} ", colour), (poller_name(poller), f"bold {palette.TEXT}")), width)
    for trouble in figures.troubles:
        yield fit(f"  {poller_trouble_text(trouble)}", width, style=colour)
    yield from _lines(figures, width)


def _lines(figures: PollerFigures, width: int) -> Iterator[Text]:
    """Values too long for their column go on below it."""
    room = max(1, width - _LABEL_WIDTH)
    for line in figure_lines(figures):
        style = palette.WARNING if line.is_bad else palette.TEXT
        value = f"{line.value} ▲" if line.is_bad else line.value
        for place, part in enumerate(in_lines(value, room, cell_len)):
            label = "" if place else line.label
            yield Text.assemble(fit(label, _LABEL_WIDTH, style=palette.TEXT_2), fit(part, room, style=style))
