"""Pictures of every page of the desktop application, without a display."""

import os
from pathlib import Path

from storage.errors import InvalidInputError
from watchpost.configuration import Configuration
from watchpost.database_access import existing_database


def take_screenshots(configuration: Configuration, folder: Path) -> list[Path]:
    """Renders every page in both themes from the database as it is, and says which files there are.

    Raises:
        WatchpostError: there is no database, it cannot be read, or a picture cannot be written.
    """
    with existing_database(configuration.database_url):
        pass
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # Qt chooses its platform once, when it is first used.
    from monitor_gui.screenshots import render_all  # noqa: PLC0415
    from watchpost.desktop import DesktopSurroundings  # noqa: PLC0415

    try:
        return render_all(DesktopSurroundings(configuration), folder)
    except OSError as error:
        raise InvalidInputError(
            f"The pictures cannot be written to {folder}: {error.strerror}.",
            hint="Name a folder that you may write to.",
        ) from error
