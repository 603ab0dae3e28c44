"""What the window remembers from one run to the next. A file that was damaged or edited costs only its defaults."""

from pathlib import Path
from typing import Literal, cast, get_args

from PySide6.QtCore import QByteArray, QSettings

from monitor_gui.theme.appearance import Mode

FleetView = Literal["tiles", "table"]
CloseChoice = Literal["ask", "stop", "background", "service"]


class Preferences:
    """Typed access; every value is checked when it is read."""

    def __init__(self, path: Path) -> None:
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def theme(self) -> Mode:
        """Which theme was chosen."""
        return cast("Mode", self._one_of("theme", get_args(Mode), "system"))

    @theme.setter
    def theme(self, mode: Mode) -> None:
        self._settings.setValue("theme", mode)

    @property
    def language(self) -> str:
        """Code of the language that was chosen; empty for the system's."""
        return self._text("language")

    @language.setter
    def language(self, code: str) -> None:
        self._settings.setValue("language", code)

    @property
    def fleet_view(self) -> FleetView:
        """Tiles or table."""
        return cast("FleetView", self._one_of("fleet_view", get_args(FleetView), "tiles"))

    @fleet_view.setter
    def fleet_view(self, view: FleetView) -> None:
        self._settings.setValue("fleet_view", view)

    @property
    def fleet_sort(self) -> str:
        """By what the fleet is sorted, as it was set; whoever sorts knows what there is."""
        return self._text("fleet_sort")

    @fleet_sort.setter
    def fleet_sort(self, key: str) -> None:
        self._settings.setValue("fleet_sort", key)

    @property
    def on_close(self) -> CloseChoice:
        """What closing the window does; `ask` until a person has said not to ask again."""
        return cast("CloseChoice", self._one_of("on_close", get_args(CloseChoice), "ask"))

    @on_close.setter
    def on_close(self, choice: CloseChoice) -> None:
        self._settings.setValue("on_close", choice)

    @property
    def geometry(self) -> QByteArray:
        """Place and size of the window; empty before it was first closed."""
        kept = self._settings.value("geometry")
        return kept if isinstance(kept, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._settings.setValue("geometry", geometry)

    def save(self) -> None:
        """Writes what has changed; a folder that cannot be written costs the memory, nothing else."""
        self._settings.sync()

    def _text(self, name: str) -> str:
        value = self._settings.value(name)
        return value if isinstance(value, str) else ""

    def _one_of(self, name: str, known: tuple[str, ...], default: str) -> str:
        value = self._text(name)
        return value if value in known else default
