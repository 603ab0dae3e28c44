"""How a host is read: by which SSH and by which reader, as whom, and what else of it."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from monitor_gui.forms.choice_box import ChoiceBox
from monitor_gui.forms.labelled_field import LabelledField
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import SPACE_2, SPACE_3
from storage.host import Reader, Transport
from storage.translation import N_, _

TRANSPORTS = {
    Transport.SSH: N_("asyncssh, as usual"),
    Transport.PARAMIKO: N_("paramiko, for old servers"),
}
READERS = {
    Reader.AUTO: N_("whatever suits the host"),
    Reader.PROC: N_("/proc (Linux)"),
    Reader.PSUTIL: N_("psutil"),
    Reader.SHELL: N_("the shell, without Python"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingChoice:
    """What was chosen; see `storage.host.NewHost`. `top_processes` is text, empty for the usual number."""

    transport: Transport = Transport.SSH
    reader: Reader = Reader.AUTO
    top_processes: str = ""
    sudo: bool = False
    all_mounts: bool = False
    all_interfaces: bool = False
    compression: bool = False


class ReadingFields(QWidget):
    """The fields for it.

    Signals:
        edited: something is different now.
    """

    edited = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._transport, self._reader = ChoiceBox(appearance), ChoiceBox(appearance)
        for transport, text in TRANSPORTS.items():
            self._transport.addItem(_(text), transport.value)
        for reader, text in READERS.items():
            self._reader.addItem(_(text), reader.value)
        self.top = QLineEdit()
        self.top.setPlaceholderText("20")
        self.top_field = LabelledField(_("Processes in the ta&ble, by CPU and by memory"), self.top)
        self._sudo = QCheckBox(_("As roo&t, by “sudo -n”"))
        self._mounts = QCheckBox(_("Also &virtual file systems: tmpfs, overlay, squashfs"))
        self._interfaces = QCheckBox(_("Also virtual network inter&faces: bridges, tunnels, containers"))
        self._compression = QCheckBox(_("Co&mpress the connection, for a slow link"))
        self._switches = (self._sudo, self._mounts, self._interfaces, self._compression)
        self._transport_field = LabelledField(_("SS&H by"), self._transport)
        self._lay_out(LabelledField(_("Rea&d by"), self._reader))
        for box in (self._transport, self._reader):
            box.activated.connect(lambda _place: self.edited.emit())
        for switch in self._switches:
            switch.toggled.connect(lambda _checked: self.edited.emit())

    @property
    def choice(self) -> ReadingChoice:
        """What stands there."""
        return ReadingChoice(
            transport=Transport(self._transport.currentData()),
            reader=Reader(self._reader.currentData()),
            top_processes=self.top.text(),
            sudo=self._sudo.isChecked(),
            all_mounts=self._mounts.isChecked(),
            all_interfaces=self._interfaces.isChecked(),
            compression=self._compression.isChecked(),
        )

    def set_choice(self, choice: ReadingChoice) -> None:
        """Puts something there."""
        self._transport.setCurrentIndex(self._transport.findData(choice.transport.value))
        self._reader.setCurrentIndex(self._reader.findData(choice.reader.value))
        self.top.setText(choice.top_processes)
        self._sudo.setChecked(choice.sudo)
        self._mounts.setChecked(choice.all_mounts)
        self._interfaces.setChecked(choice.all_interfaces)
        self._compression.setChecked(choice.compression)

    def follow_way(self, *, is_local: bool) -> None:
        """Shows what there is to choose about a host over SSH, or about this machine."""
        self._transport_field.setVisible(not is_local)
        self._compression.setVisible(not is_local)

    def _lay_out(self, reader_field: LabelledField) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        ways = QGridLayout()
        ways.setContentsMargins(0, 0, 0, 0)
        ways.setHorizontalSpacing(SPACE_3)
        ways.addWidget(self._transport_field, 0, 0)
        ways.addWidget(reader_field, 0, 1)
        ways.setColumnStretch(0, 1)
        ways.setColumnStretch(1, 1)
        column.addLayout(ways)
        column.addWidget(self.top_field)
        for switch in self._switches:
            column.addWidget(switch)
