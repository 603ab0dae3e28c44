"""What had to be done to make a database fit for use."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Preparation:
    """What preparing or upgrading a database did.

    Attributes:
        created: a new database was begun.
        upgraded_from: the revision that was upgraded, if one was.
        backup: the copy made before the upgrade; none is made of a database on a server.
        moved_aside: where the damaged file lies now, if there was one.
    """

    created: bool
    upgraded_from: str | None = None
    backup: Path | None = None
    moved_aside: Path | None = None
