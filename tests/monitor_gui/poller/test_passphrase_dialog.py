import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from monitor_gui.poller.passphrase_dialog import PassphraseDialog
from monitor_gui.workspace import Workspace
from storage.database import Database
from storage.errors import KeyringUnavailableError
from tests.monitor_gui.surroundings import TestSurroundings


class OneGoodPassphrase:
    """A keeper that only one passphrase opens."""

    def __init__(self, passphrase: str | None) -> None:
        self._passphrase = passphrase

    def check(self) -> None:
        if self._passphrase != "open sesame":
            raise KeyringUnavailableError("The passphrase does not open the file.", hint="Type it again.")


@pytest.fixture
def answers() -> list[str | None]:
    return []


@pytest.fixture
def dialog(
    workspace: Workspace, surroundings: TestSurroundings, answers: list[str | None], qtbot: QtBot
) -> PassphraseDialog:
    def keeper(_: Database, passphrase: str | None = None) -> OneGoodPassphrase:
        return OneGoodPassphrase(passphrase)

    surroundings.keeper = keeper  # type: ignore[method-assign, assignment]
    made = PassphraseDialog(workspace, answers.append)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    made.open()
    return made


def field(dialog: PassphraseDialog) -> QLineEdit:
    found = dialog.findChild(QLineEdit)
    assert isinstance(found, QLineEdit)
    return found


def test_the_right_one_is_taken_by_enter_and_never_shown(
    dialog: PassphraseDialog, answers: list[str | None], qtbot: QtBot
) -> None:
    assert field(dialog).echoMode() is QLineEdit.EchoMode.Password
    qtbot.keyClicks(field(dialog), "open sesame")
    qtbot.keyClick(field(dialog), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: answers == ["open sesame"])
    assert not dialog.isVisible()


def test_a_wrong_one_is_told_and_can_be_typed_again(
    dialog: PassphraseDialog, answers: list[str | None], qtbot: QtBot
) -> None:
    qtbot.keyClicks(field(dialog), "barley")
    qtbot.keyClick(field(dialog), Qt.Key.Key_Return)
    (error,) = (label for label in dialog.findChildren(QLabel) if label.property("role") == "error")
    qtbot.waitUntil(error.isVisible)
    assert error.text() == "The passphrase does not open the file. Type it again."
    assert field(dialog).hasSelectedText()
    qtbot.keyClicks(field(dialog), "open sesame")
    qtbot.keyClick(field(dialog), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: answers == ["open sesame"])


def test_escape_means_not_now_and_is_said_once(
    dialog: PassphraseDialog, answers: list[str | None], qtbot: QtBot
) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    dialog.reject()
    assert answers == [None]


def test_an_empty_one_cannot_be_given(dialog: PassphraseDialog, answers: list[str | None], qtbot: QtBot) -> None:
    qtbot.keyClick(field(dialog), Qt.Key.Key_Return)
    assert not any(button.isEnabled() for button in dialog.findChildren(QPushButton) if button.isDefault())
    assert dialog.isVisible()
    assert answers == []
