"""Switches rules on and off."""

from collections.abc import Iterable

from rich.text import Text

from storage.alerting.rule_rows import edit_rule, find_rule
from storage.printable import printable
from storage.utc import now_ms
from watchpost.console import output
from watchpost.database_access import existing_database


def switch_rules(url: str, names: Iterable[str], *, on: bool) -> None:
    """All of them or, where one is not there, none; says what each is now.

    Raises:
        NotFoundError: there is no rule of such a name.
    """
    with existing_database(url) as opened, opened.writing() as connection:
        rows = [find_rule(connection, name) for name in dict.fromkeys(names)]
        for row in rows:
            if row.enabled != on:
                edit_rule(connection, row.id, enabled=on, now_ms=now_ms())
    for row in rows:
        already = " already" if row.enabled == on else ""
        output().print(Text(f"“{printable(row.name)}” is {'on' if on else 'off'}{already}."))
