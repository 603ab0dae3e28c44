"""What becomes of hosts that are taken over from elsewhere: as a table, as JSON, and in one sentence. Pure."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table
from rich.text import Text

from fleet.reading import shown_address
from fleet.registration import Plan, PlanRow, Verdict
from storage.host import Host, Transport
from storage.host_rules import fields_of
from storage.printable import printable
from watchpost.console import table

_COLOUR = {Verdict.ADD: "green", Verdict.SKIP: "dim", Verdict.REFUSE: "red"}
_SHOWN_LIMIT = 500
"""Lines of a table; the counts and `--json` have all of it."""


@dataclass(frozen=True, slots=True)
class Added:
    """Hosts that were just registered.

    Attributes:
        hosts: all of them.
        trusted: those whose keys were in known_hosts.
        trouble: why known_hosts could not be asked; empty where it could.
    """

    hosts: Sequence[Host] = ()
    trusted: Sequence[Host] = ()
    trouble: str = ""


def plan_table(plan: Plan) -> Table:
    """One line an entry, what is added first."""
    lines = table("", "NAME", "ADDRESS", "GROUP", "TAGS", "WHERE", "REMARKS")
    rows = [row for verdict in Verdict for row in plan.of(verdict)]
    for row in rows[:_SHOWN_LIMIT]:
        host = row.host
        lines.add_row(
            Text(row.verdict.value, _COLOUR[row.verdict]),
            Text(printable(row.name)),
            Text(printable(shown_address(host)) if host else ""),
            Text(printable(host.group or "") if host else ""),
            Text(printable(", ".join(host.tags)) if host else ""),
            Text(printable(row.where)),
            Text(printable(" ".join(filter(None, (row.reason, *row.notes))), 1000)),
        )
    if len(rows) > _SHOWN_LIMIT:
        lines.add_row(Text("…"), Text(f"and {len(rows) - _SHOWN_LIMIT} more; --json lists all of them"))
    return lines


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """The same for scripts."""
    return {
        "notes": list(plan.notes),
        "added": [_row_as_json(row) for row in plan.of(Verdict.ADD)],
        "skipped": [_row_as_json(row) for row in plan.of(Verdict.SKIP)],
        "refused": [_row_as_json(row) for row in plan.of(Verdict.REFUSE)],
    }


def counts_text(plan: Plan, *, done: bool) -> str:
    """How many there are of each kind."""
    words = ("added", "skipped", "refused") if done else ("to be added", "skipped", "refused")
    counts = (len(plan.of(verdict)) for verdict in Verdict)
    return ", ".join(f"{count} {word}" for count, word in zip(counts, words, strict=True)) + "."


def next_steps(added: Added) -> list[str]:
    """What to do with hosts that were just registered."""
    trusted = {host.name for host in added.trusted}
    waiting = [host for host in added.hosts if host.transport is not Transport.LOCAL and host.name not in trusted]
    lines = [f"known_hosts could not be asked for their keys: {printable(added.trouble, 500)}"] if added.trouble else []
    if added.trusted:
        lines.append(f"Trusted from known_hosts: {_keys_of(len(added.trusted))}. They are watched from now on.")
    if waiting:
        name = shlex.quote(waiting[0].name)
        lines.append(
            f"Not trusted yet: {_keys_of(len(waiting))}. Confirm each, as with “watchpost hosts trust {name}”; "
            f"then “watchpost hosts test {name}” tries the connection."
        )
    return lines


def added_as_json(added: Added) -> dict[str, Any]:
    """Which of them can be watched at once."""
    return {"trusted": [host.name for host in added.trusted]}


def _keys_of(count: int) -> str:
    return f"the keys of {count} host{'' if count == 1 else 's'}"


def _row_as_json(row: PlanRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "where": row.where,
        "host": fields_of(row.host) if row.host else None,
        "why": row.why.value if row.why else None,
        "reason": row.reason,
        "notes": list(row.notes),
    }
