"""Whether readings wait on the disk for a database that is, or was, away."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from storage.quantities import byte_count, duration
from storage.spool.place import other_folders, own_folders, waiting_in
from watchpost.configuration import Configuration
from watchpost.health_checks import Check, Verdict


def check_spool(chosen: Configuration, now_ms: int) -> Iterator[Check]:
    """What waits, and what was set aside, for this database and for others; nothing where there is neither."""
    for folder in own_folders(chosen.spools, chosen.database_url):
        yield from _check_own(folder, now_ms)
    for folder in other_folders(chosen.spools, chosen.database_url):
        with suppress(OSError):
            if items := waiting_in(folder).items:
                yield Check(
                    "spool",
                    Verdict.WARN,
                    f"{items} readings and states wait in {folder}, for a database that is not this one.",
                    "Start a poller with the URL that it had then; it stores them.",
                )


def _check_own(folder: Path, now_ms: int) -> Iterator[Check]:
    try:
        waiting = waiting_in(folder)
    except OSError as error:
        yield Check("spool", Verdict.WARN, f"{folder} cannot be read: {error.strerror or error}.", f"ls -ld {folder}")
        return
    if waiting.items:
        since = (
            ""
            if waiting.oldest_ts is None
            else f", the oldest from {duration((now_ms - waiting.oldest_ts) / 1000)} ago"
        )
        yield Check(
            "spool",
            Verdict.WARN,
            f"{waiting.items} readings and states wait in {folder} ({byte_count(waiting.size)}{since}).",
            "A poller stores them when the database is there: watchpost run",
        )
    if waiting.aside:
        files = "1 file was" if waiting.aside == 1 else f"{waiting.aside} files were"
        yield Check(
            "spool",
            Verdict.WARN,
            f"{files} set aside in {folder}: damaged, or of another database.",
            f"Delete them when you have no use for them: ls -l {folder}",
        )
