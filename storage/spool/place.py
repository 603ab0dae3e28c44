"""Where the spool of a database lies, how large it may grow, and what waits in it."""

import hashlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from storage.engines.postgresql_url import is_postgresql
from storage.scrape_rows import PackedScrape
from storage.spool.segment import read_segment
from storage.spool.segment_files import list_folder, read_file

LIMIT_BYTES = 2**30
_SHARE_OF_DISK = 10
_NAME_LIMIT = 32


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in a spool.

    Attributes:
        folder: where.
        items: scrapes and states.
        size: in bytes.
        oldest_ts: when the oldest scrape was read, UTC milliseconds; None where there is none.
        aside: how many files were set aside as damaged, or as another database's.
    """

    folder: Path
    items: int
    size: int
    oldest_ts: int | None
    aside: int


def spool_folder(root: Path, url: str, poller: str = "") -> Path:
    """The folder of one database among all spools.

    Args:
        root: the folder of all spools.
        url: of the database, without a password.
        poller: the name of the poller where several share the database; on one machine each has a folder of its own.
    """
    place = _place(url)
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", place.rstrip("/").rpartition("/")[2].partition("?")[0])[:_NAME_LIMIT]
    folder = root / f"{name}-{_digest(place)[:16]}"
    return folder.with_name(f"{folder.name}-{_digest(poller)[:8]}") if poller and is_postgresql(url) else folder


def own_folders(root: Path, url: str) -> list[Path]:
    """The spools of one database that there are: one, or on PostgreSQL one for each poller of this machine."""
    return [path for path in _folders(root) if _is_of(path, spool_folder(root, url))]


def other_folders(root: Path, url: str) -> list[Path]:
    """The spools of other databases, or of this one under another URL."""
    return [path for path in _folders(root) if not _is_of(path, spool_folder(root, url))]


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []


def _is_of(path: Path, folder: Path) -> bool:
    return path == folder or path.name.startswith(f"{folder.name}-")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _place(url: str) -> str:
    """The URL without what may change while the database stays the same: who logs in, and how."""
    if not is_postgresql(url):
        return url
    parts = urlsplit(url)
    server = parts.netloc.rpartition("@")[2]
    named = sorted((name, value) for name, value in parse_qsl(parts.query) if name in {"host", "port", "service"})
    usual = "" if re.search(r":\d+$", server) or "port" in dict(named) else ":5432"
    return f"postgresql://{server.lower()}{usual}{parts.path}{named or ''}"


def usual_limit(folder: Path, size: int) -> int:
    """How many bytes a spool may take where nobody says: 1 GiB, or a tenth of what its disk would have free without it.

    Never less than it has already: what others put on the disk must not cost readings.
    """
    free = shutil.disk_usage(folder).free
    return max(size, min(LIMIT_BYTES, (free + size) // _SHARE_OF_DISK))


def waiting_in(folder: Path) -> Waiting:
    """Looks at a spool without touching it; a poller may be at work in it. Raises OSError."""
    if not folder.is_dir():
        return Waiting(folder, 0, 0, None, 0)
    contents = list_folder(folder)
    return Waiting(
        folder=folder,
        items=sum(segment.items for segment in contents.segments),
        size=sum(segment.size for segment in contents.segments),
        oldest_ts=next((ts for segment in contents.segments if (ts := _oldest_ts(segment.path)) is not None), None),
        aside=len(contents.aside),
    )


def _oldest_ts(path: Path) -> int | None:
    try:
        items = read_segment(read_file(path)).items
    # The poller may just have replayed it.
    except OSError:
        return None
    return next((item.ts for item in items if isinstance(item, PackedScrape)), None)
