"""Where a demonstration lives: a folder that is gone when it is over, however it ends."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.database_url import database_url
from storage.errors import InvalidInputError
from watchpost.configuration import APPLICATION, Folders
from watchpost.demo.locked_folder import locked_folder, temporary_folder

PREFIX = f"{APPLICATION}-demo-"
LOCK = "demo.lock"


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """The files of one demonstration.

    Attributes:
        path: of the folder; absolute.
    """

    path: Path

    @property
    def database_file(self) -> Path:
        """The database."""
        return self.path / f"{APPLICATION}.db"

    @property
    def database_url(self) -> str:
        """Of the same."""
        return database_url(self.database_file)

    @property
    def fleet(self) -> Path:
        """What the fleet leaves for whoever logs in to it, and the truth about it."""
        return self.path / "fleet"

    @property
    def home(self) -> Path:
        """Home folder of the processes that are started: they read no SSH configuration but the fleet's."""
        return self.path / "home"

    @property
    def preferences_file(self) -> Path:
        """What the window remembers while it is open."""
        return self.path / "desktop.ini"

    @property
    def passphrase_file(self) -> Path:
        """The passphrase of its own keyring."""
        return self.path / "passphrase"

    @property
    def folders(self) -> Folders:
        """Where this platform keeps the files of an application whose home this is."""
        if sys.platform == "darwin":
            data = self.home / "Library" / "Application Support" / APPLICATION
        else:
            data = self.home / ".local" / "share" / APPLICATION
        return Folders(data=data, log=self.path / "log", state=self.path / "state")


@contextmanager
def demo_place(keep: Path | None = None) -> Iterator[DemoPlace]:
    """The folder; gone at the end, with what earlier ones have left that were killed.

    Args:
        keep: a folder that stays instead; missing or empty.

    Raises:
        InvalidInputError: the folder cannot be made, or there is something in it.
    """
    with locked_folder(_made(keep), LOCK) if keep else temporary_folder(PREFIX, LOCK) as path:
        place = DemoPlace(path)
        _furnish(place)
        yield place


def _made(path: Path) -> Path:
    path = path.expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_empty = not any(path.iterdir())
    except OSError as error:
        raise InvalidInputError(
            f"The folder {path} cannot be made: {error.strerror}.", hint="Name another one with --keep."
        ) from error
    if not is_empty:
        raise InvalidInputError(f"There is something in {path} already.", hint="Name a folder that is not there yet.")
    return path


def _furnish(place: DemoPlace) -> None:
    for folder in (place.home / ".ssh", place.folders.data, place.folders.log, place.folders.state):
        folder.mkdir(mode=0o700, parents=True)
    place.passphrase_file.touch(mode=0o600)
    place.passphrase_file.write_text(f"{secrets.token_urlsafe(32)}\n", encoding="ascii")
    # Closing the window ends everything: there is nothing to ask.
    place.preferences_file.write_text("[General]\non_close=stop\n", encoding="ascii")
