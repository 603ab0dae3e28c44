"""Fixtures of the dialogs for credentials."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from monitor_gui.workspace import Workspace
from storage.database import Database
from storage.errors import KeyringUnavailableError
from storage.keyrings import open_keeper
from storage.secret_keeper import KeyringChoice, SecretKeeper
from tests.monitor_gui.credentials.desk import Desk
from tests.monitor_gui.surroundings import TestSurroundings


@pytest.fixture
def desk(workspace: Workspace, database: Database, qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(workspace, database, qtbot, tmp_path)
    yield made
    made.settle()


@pytest.fixture
def encrypted(desk: Desk, surroundings: TestSurroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets in an encrypted file, whose passphrase only a person knows."""

    def keeper(database: Database, passphrase: str | None = None) -> SecretKeeper:
        def ask(new: bool) -> str:
            if passphrase is None:
                raise KeyringUnavailableError("Nobody is here to type it.")
            return passphrase

        return open_keeper(KeyringChoice.ENCRYPTED_FILE, file=desk.folder / "s.cfg", passphrase=ask)

    monkeypatch.setattr(surroundings, "keeper", keeper)
