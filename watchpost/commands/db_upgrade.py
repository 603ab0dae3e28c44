"""`watchpost db upgrade`: bring an older database up to date."""

from rich.text import Text

from storage.database import upgrade_database
from storage.utc import now_ms
from watchpost.console import output, print_json
from watchpost.database_access import give_default_rules
from watchpost.invocation import DatabaseOption, JsonOption, configuration


def command(*, as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """Bring an older database up to date: a file after a copy was made beside it. Stop the poller first."""
    url = configuration(database).database_url
    done = upgrade_database(url, now_ms=now_ms())
    give_default_rules(url)
    if as_json:
        backup = None if done.backup is None else str(done.backup)
        print_json({"upgraded_from": done.upgraded_from, "created": done.created, "backup": backup})
        return
    output().print(
        Text(_text(done.upgraded_from, None if done.backup is None else str(done.backup), made=done.created))
    )


def _text(upgraded_from: str | None, backup: str | None, *, made: bool) -> str:
    if upgraded_from and backup:
        return f"Upgraded from {upgraded_from}; a copy of the old one is at {backup}."
    if upgraded_from:
        return f"Upgraded from {upgraded_from}."
    return "The database was empty and has its tables now." if made else "The database is up to date."
