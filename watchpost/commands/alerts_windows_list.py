"""`watchpost alerts windows list`: when nobody is told of what, again and again."""

from zoneinfo import ZoneInfo

from rich.text import Text

from alerts.notifier.documents import BrokenBodyError, window_of
from alerts.notifier.recurrence import next_starts
from storage.alerting.window_rows import WindowRow, list_windows
from storage.printable import printable
from storage.utc import now_ms
from watchpost.alert_text import TEXT_LIMIT
from watchpost.commands.alerts_windows_add import SHOWN
from watchpost.console import errors, output, print_json, table
from watchpost.database_access import existing_database
from watchpost.duration import duration_text
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import moment_text
from watchpost.silence_text import about_text, window_as_json


def command(*, as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """List maintenance windows with the next three times of each."""
    now = now_ms()
    with existing_database(configuration(database).database_url) as opened, opened.reading() as connection:
        found = [(each, _following(each, now)) for each in list_windows(connection)]
    if as_json:
        print_json({"windows": [window_as_json(each, following) for each, following in found]})
        return
    if not found:
        errors().print(Text("There is no maintenance window. Type: watchpost alerts windows add NAME --start TIME"))
        return
    lines = table("NAME", "ABOUT", "NEXT", "FOR", "RULE", "WHY", "BY")
    for each, following in found:
        rule = f"{each.recurrence.partition('RRULE:')[2] or 'once'} ({each.time_zone})"
        # By its own clock, as it was said; a row that cannot be used has no next time.
        coming = ", ".join(moment_text(moment, ZoneInfo(each.time_zone)) for moment in following) or "never again"
        words = (coming, duration_text(each.duration_s), rule, each.comment, each.author)
        cells = (each.name, about_text(each.matchers), *words)
        lines.add_row(*(Text(printable(cell, TEXT_LIMIT)) for cell in cells))
    output().print(lines)


def _following(row: WindowRow, now: int) -> tuple[int, ...]:
    try:
        return next_starts(window_of(row).recurrence, now, SHOWN)
    except BrokenBodyError:
        return ()
