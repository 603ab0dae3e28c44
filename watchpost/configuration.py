"""What this run is to work with: from options, the environment, a `.env` file and the platform's folders."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import platformdirs

from poller.health.address import HealthAddress, health_address
from storage.database_url import canonical_url, database_url
from storage.errors import InvalidInputError
from storage.poller_name import poller_name
from storage.printable import printable
from storage.secret_keeper import KeyringChoice

APPLICATION = "watchpost"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
DOTENV_NAMES = frozenset(
    {
        "CPU_THRESHOLD",
        "DATABASE_URL",
        "DISK_THRESHOLD",
        "LOG_LEVEL",
        "MEMORY_THRESHOLD",
        "WATCHPOST_DATABASE_URL",
        "WATCHPOST_HEALTH",
        "WATCHPOST_KEYRING",
        "WATCHPOST_KEYRING_PASSPHRASE_FILE",
        "WATCHPOST_POLLER_NAME",
        "WATCHPOST_SPOOL_DIR",
        "WATCHPOST_SPOOL_LIMIT_MB",
        "WATCHPOST_TIME_ZONE",
    }
)
"""All that a `.env` may set. It lies in whatever folder one is in, so it must not reach `PATH` and the like."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Where files are kept.

    Attributes:
        data: the default database and the encrypted file for secrets.
        log: log files.
        state: what one run leaves to the next.
    """

    data: Path
    log: Path
    state: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything that was chosen for this run.

    Attributes:
        database_url: where the database is, there or not.
        folders: where files are kept.
        spools: where readings wait while their database is away, a folder for each.
        spool_limit_bytes: what one of these may take; None for the usual limit.
        log_level: the least that is logged.
        keyring: where secrets are, when the environment says so; None leaves it to the database's setting.
        time_zone: for what is shown, when the environment says so; None leaves it to the database's setting.
        health: where a poller's health port is to be, when the environment says so; None for none.
        poller_name: of a poller that is started; what tells it from others on the same database.
        environment: the environment, with what `.env` adds.
    """

    database_url: str
    folders: Folders
    spools: Path
    spool_limit_bytes: int | None
    log_level: str
    keyring: KeyringChoice | None
    time_zone: ZoneInfo | None
    health: HealthAddress | None = None
    poller_name: str = ""
    environment: Mapping[str, str] = field(repr=False)


def platform_folders() -> Folders:
    """Where this platform keeps files of an application."""
    return Folders(
        data=platformdirs.user_data_path(APPLICATION),
        log=platformdirs.user_log_path(APPLICATION),
        state=platformdirs.user_state_path(APPLICATION),
    )


def configure(
    database: str | None, environment: Mapping[str, str], dotenv: Mapping[str, str], folders: Folders
) -> Configuration:
    """Puts everything together: the option wins, then the environment, then `.env`, then the defaults.

    Args:
        database: of the option `--db`; a URL or a path.
        environment: of the process.
        dotenv: what the `.env` file says; names it must not set are passed over.
        folders: where files are kept.

    Raises:
        InvalidInputError: a value cannot be used.
    """
    merged = {**{name: value for name, value in dotenv.items() if name in DOTENV_NAMES}, **environment}
    url = database or merged.get("WATCHPOST_DATABASE_URL") or merged.get("DATABASE_URL")
    return Configuration(
        database_url=canonical_url(url or database_url(folders.data / f"{APPLICATION}.db")),
        folders=folders,
        spools=_spools(merged.get("WATCHPOST_SPOOL_DIR", ""), folders),
        spool_limit_bytes=_spool_limit(merged.get("WATCHPOST_SPOOL_LIMIT_MB", "")),
        poller_name=poller_name(merged.get("WATCHPOST_POLLER_NAME")),
        log_level=_log_level(merged.get("LOG_LEVEL", "")),
        keyring=keyring_choice(merged.get("WATCHPOST_KEYRING", ""), "WATCHPOST_KEYRING"),
        time_zone=_time_zone(merged.get("WATCHPOST_TIME_ZONE", "")),
        health=health_address(merged.get("WATCHPOST_HEALTH", "")),
        environment=merged,
    )


def keyring_choice(text: str, source: str) -> KeyringChoice | None:
    """The place for secrets of that name; None for an empty text. Raises InvalidInputError, naming the source."""
    if not text:
        return None
    try:
        return KeyringChoice(text)
    except ValueError:
        raise InvalidInputError(
            f"{source} is “{printable(text, 40)}”, and there is no such place for secrets.",
            hint=f"Use one of: {', '.join(choice.value for choice in KeyringChoice)}.",
        ) from None


def _spools(text: str, folders: Folders) -> Path:
    return Path(text).expanduser().absolute() if text.strip() else folders.state / "spool"


def _spool_limit(text: str) -> int | None:
    if not text.strip():
        return None
    # Not `isdecimal`, which also takes the digits of other scripts.
    if re.fullmatch(r"[0-9]{1,9}", text.strip()) and int(text) > 0:
        return int(text) * 2**20
    raise InvalidInputError(
        f"WATCHPOST_SPOOL_LIMIT_MB is “{printable(text, 40)}”, which is no number of megabytes.",
        hint="Write a whole number above 0, such as 2048.",
    )


def _log_level(text: str) -> str:
    level = text.strip().upper() or "INFO"
    if level not in LOG_LEVELS:
        raise InvalidInputError(
            f"LOG_LEVEL is “{printable(text, 40)}”, which is no level.", hint=f"Use one of: {', '.join(LOG_LEVELS)}."
        )
    return level


def _time_zone(text: str) -> ZoneInfo | None:
    if not text.strip():
        return None
    try:
        return ZoneInfo(text.strip())
    # A name of a folder in the zone database raises OSError, one that leaves it ValueError, an unknown one KeyError.
    except (KeyError, ValueError, OSError):
        raise InvalidInputError(
            f"WATCHPOST_TIME_ZONE is “{printable(text, 40)}”, and there is no such time zone.",
            hint="Write it as Europe/Berlin, Asia/Seoul or UTC.",
        ) from None
