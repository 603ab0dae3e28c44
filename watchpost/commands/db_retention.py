"""`watchpost db retention`: what is kept how long."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

import typer
from rich.text import Text

from storage.annotations import find_group
from storage.check_rules import checked_label
from storage.connection import Connection
from storage.database import Database
from storage.errors import InvalidInputError
from storage.printable import printable
from storage.quantities import byte_count
from storage.retentions import (
    PRESETS,
    Retention,
    check_retention,
    read_retentions,
    reset_retention,
    write_retention,
)
from storage.sealing.loss import Loss, expected_loss
from storage.sealing.size_cap import used_bytes
from storage.settings import SETTINGS, write_setting
from storage.utc import now_ms
from watchpost.byte_size import parse_size
from watchpost.configuration import Configuration
from watchpost.console import errors, is_interactive, output, print_json
from watchpost.database_access import existing_database
from watchpost.duration import parse_duration
from watchpost.invocation import DatabaseOption, JsonOption, YesOption, configuration
from watchpost.local_time import moment_text, shown_zone
from watchpost.retention_text import retention_json, retention_table

_SPAN = "SPAN"


def command(  # noqa: PLR0913 - one for each option
    *,
    group: Annotated[str | None, typer.Option("--group", metavar="NAME", help="Of the hosts of this group.")] = None,
    preset: Annotated[
        str | None, typer.Option("--preset", metavar="default|long", help="All spans at once; others may follow.")
    ] = None,
    raw: Annotated[str | None, typer.Option("--raw", metavar=_SPAN, help="Readings as they were taken.")] = None,
    m1: Annotated[str | None, typer.Option("--1m", metavar=_SPAN, help="Minutes.")] = None,
    m5: Annotated[str | None, typer.Option("--5m", metavar=_SPAN, help="Spans of 5 minutes.")] = None,
    h1: Annotated[str | None, typer.Option("--1h", metavar=_SPAN, help="Hours.")] = None,
    d1: Annotated[str | None, typer.Option("--1d", metavar=_SPAN, help="Days, in UTC.")] = None,
    processes: Annotated[str | None, typer.Option("--processes", metavar=_SPAN, help="Every process table.")] = None,
    processes_1m: Annotated[
        str | None, typer.Option("--processes-1m", metavar=_SPAN, help="One process table a minute.")
    ] = None,
    size_cap: Annotated[
        str | None,
        typer.Option("--size-cap", metavar="SIZE|off", help="Over it, the oldest of the finest goes first."),
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Go back to what counts without a choice.")] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Show what is kept how long, or change it. A running poller follows within a minute or so.

    Spans are written 24h, 7d or 2y, and 0 for not at all. Where a change would delete something that is there, it is
    asked first.
    """
    spans = {
        "raw_s": raw,
        "m1_s": m1,
        "m5_s": m5,
        "h1_s": h1,
        "d1_s": d1,
        "processes_s": processes,
        "processes_1m_s": processes_1m,
    }
    group = None if group is None else checked_label("The group", group)
    given = {field: parse_duration(span) for field, span in spans.items() if span is not None}
    cap = None if size_cap is None or size_cap == "off" else parse_size(size_cap)
    change = _Change(group, preset, given, reset)
    change.check()
    if group is not None and size_cap is not None:
        raise InvalidInputError("The size is that of the whole database.", hint="Give --size-cap without --group.")
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened:
        if cap is not None:
            SETTINGS["size_cap_bytes"].check(cap)
        if change.is_one or size_cap is not None:
            if not yes:
                _ask(opened, change, chosen, cap)
            with opened.writing() as connection:
                if change.is_one:
                    change.write(connection)
                if size_cap is not None:
                    write_setting(connection, "size_cap_bytes", cap)
        with opened.reading() as connection:
            retentions = read_retentions(connection)
    if as_json:
        print_json(retention_json(retentions))
    else:
        output().print(retention_table(retentions))


@dataclass(frozen=True, slots=True)
class _Change:
    """What is asked for: a preset, single spans in its place or in that of what is set, or the way back."""

    group: str | None
    preset: str | None
    given: Mapping[str, float]
    reset: bool

    def check(self) -> None:
        """Raises InvalidInputError where the parts do not go together."""
        if self.preset is not None and self.preset not in PRESETS:
            named = printable(self.preset, 40)
            raise InvalidInputError(f"There is no preset “{named}”.", hint=f"There are: {', '.join(PRESETS)}.")
        if self.reset and (self.preset or self.given):
            raise InvalidInputError("--reset goes with no other choice.", hint="Reset first, then choose.")

    @property
    def is_one(self) -> bool:
        """Whether any span is to change."""
        return bool(self.preset or self.given or self.reset)

    def wanted(self, connection: Connection) -> Retention:
        """What would count."""
        retentions = read_retentions(connection)
        if self.reset:
            return PRESETS["default"] if self.group is None else retentions.default
        return replace(PRESETS[self.preset] if self.preset else retentions.of(self.group), **self.given)

    def write(self, connection: Connection) -> None:
        """Makes it count. Raises NotFoundError for a group that no host is in."""
        if self.group is not None and not self.reset:
            find_group(connection, self.group)
        if self.reset:
            reset_retention(connection, self.group)
        else:
            write_retention(connection, self.wanted(connection), self.group)


def _ask(database: Database, change: _Change, chosen: Configuration, cap: int | None) -> None:
    """Before anything that is there is deleted."""
    lines = []
    with database.reading() as connection:
        zone = shown_zone(chosen, connection)
        if change.is_one:
            wanted = change.wanted(connection)
            check_retention(wanted)
            losses = expected_loss(connection, wanted, change.group, now_ms())
            lines += [f"{loss.kind}, {_of_hosts(loss)}, until {moment_text(loss.until, zone)}" for loss in losses]
        if cap is not None and (used := used_bytes(connection)) > cap:
            lines.append(f"the oldest of the finest, until {byte_count(cap)} are left of {byte_count(used)}")
    if lines and not is_interactive():
        raise InvalidInputError(
            f"This would delete what is there: {'; '.join(lines)}.", hint="Add --yes if that is meant."
        )
    if lines:
        errors().print(Text("\n  ".join(("This deletes, within the next hours:", *lines))))
        typer.confirm("Go on?", abort=True, err=True)


def _of_hosts(loss: Loss) -> str:
    return f"{loss.hosts} host{'' if loss.hosts == 1 else 's'}"
