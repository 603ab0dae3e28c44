"""Where the desktop application keeps what it remembers. Imported before anything is painted."""

from pathlib import Path

import platformdirs

from storage.translation import DOMAIN


def preferences_file() -> Path:
    """The window's preferences."""
    return platformdirs.user_config_path(DOMAIN) / "desktop.ini"
