"""Reads a `.env` file: names and values, nothing expanded, nothing executed."""

import io
from pathlib import Path

from dotenv import dotenv_values

from storage.errors import InvalidInputError

LIMIT_BYTES = 65_536
_HINT = "A .env holds lines such as CPU_THRESHOLD=85. Mend it, or work in another folder."


def read_dotenv(folder: Path) -> dict[str, str]:
    """What the `.env` in that folder says; empty when there is none.

    Raises:
        InvalidInputError: it is there and cannot be read.
    """
    path = folder / ".env"
    try:
        if not _is_there(path):
            return {}
        with path.open("rb") as file:
            content = file.read(LIMIT_BYTES + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}.", hint=_HINT) from error
    except UnicodeDecodeError:
        raise InvalidInputError(f"{path} is not text in UTF-8.", hint=_HINT) from None
    if len(content) > LIMIT_BYTES or "\0" in text:
        raise InvalidInputError(f"{path} is not a .env file.", hint=_HINT)
    # Interpolation could pull secrets out of the environment into a value that is shown.
    values = dotenv_values(stream=io.StringIO(text), interpolate=False)
    return {name: value for name, value in values.items() if value is not None}


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except PermissionError:
        # A folder that may not be looked into is somebody else's: `sudo -u` leaves one in the home of who typed it.
        return False
