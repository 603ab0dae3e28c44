"""Which hosts are shown, in which order, and how: the row between the cards and the hosts."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fleet.fleet_totals import FleetTotals, Standing
from fleet.order import natural_key
from monitor_gui.fleet.arrangement import SORT_COLUMNS, Arrangement, column_title, sort_key_of, sort_title
from monitor_gui.fleet.choice_button import ChoiceButton
from monitor_gui.fleet.state_chips import StateChips
from monitor_gui.frame.segments import Segment, Segments
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import SPACE_2
from storage.translation import _

_EVERY = "every"
_ONE = "one:"


class FilterBar(QWidget):
    """Says what a person chooses; it shows what it is told.

    Signals:
        chosen_standing: a `Standing`, or None for all.
        chosen_group: the name of a group, or None for all.
        chosen_sort: a key of `SORT_COLUMNS`.
        chosen_view: `tiles` or `table`.
    """

    chosen_standing = Signal(object)
    chosen_group = Signal(object)
    chosen_sort = Signal(str)
    chosen_view = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips = StateChips(appearance)
        self.groups = ChoiceButton(appearance)
        self.sort = ChoiceButton(appearance)
        self.views = Segments(
            appearance,
            [
                Segment(key="tiles", text=_("Tiles"), icon="grid"),
                Segment(key="table", text=_("Table"), icon="list"),
            ],
        )
        self.sort.offer([(key, sort_title(key)) for key in SORT_COLUMNS])
        self.groups.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_2)
        row.addWidget(self.chips)
        row.addStretch(1)
        for widget in (self.groups, self.sort, self.views):
            row.addWidget(widget)
        self.chips.chosen.connect(self.chosen_standing)
        self.groups.chosen.connect(lambda key: self.chosen_group.emit(None if key == _EVERY else key[len(_ONE) :]))
        self.sort.chosen.connect(self.chosen_sort)
        self.views.chosen.connect(self.chosen_view)

    def show_totals(self, totals: FleetTotals | None) -> None:
        """How many hosts there are of each standing, and in which groups they are; None where nothing is known."""
        self.chips.show_counts(totals.standing if totals else None)
        names = sorted(totals.groups, key=natural_key) if totals else []
        entries = [(_EVERY, _("All groups")), *((f"{_ONE}{name}", name) for name in names)]
        self.groups.offer(entries)
        self.groups.setVisible(bool(names))

    def show_filter(self, standing: Standing | None, group: str | None) -> None:
        """What is chosen."""
        self.chips.choose(standing)
        text = _("Group: All") if group is None else _("Group: {name}").format(name=group)
        self.groups.show_choice(_EVERY if group is None else f"{_ONE}{group}", text)

    def show_arrangement(self, arrangement: Arrangement) -> None:
        """The order that is chosen, here or in the table's header."""
        key = sort_key_of(arrangement)
        title = column_title(arrangement.column) if key is None else sort_title(key)
        self.sort.show_choice(key, _("Sort: {name}").format(name=title))
