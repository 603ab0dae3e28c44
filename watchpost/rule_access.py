"""What the commands about rules have in common: reading them and where they are otherwise, asking before a loss."""

from collections.abc import Sequence
from dataclasses import dataclass

import typer
from rich.text import Text

from alerts.rules.document import DocumentError, override_of, rule_of
from alerts.rules.override import PlacedOverride
from alerts.rules.rule import Rule
from alerts.rules.rulebook import BrokenRow
from storage.alerting.rule_rows import list_rules
from storage.alerting.threshold_rows import list_thresholds
from storage.connection import Connection
from storage.errors import InvalidInputError
from storage.hosts import list_hosts
from watchpost.console import errors, is_interactive


@dataclass(frozen=True, slots=True)
class KeptRules:
    """All rules, switched on or not.

    Attributes:
        rules: by name, each with where it is otherwise.
        broken: what cannot be read.
        hosts: names by id.
    """

    rules: tuple[tuple[Rule, tuple[PlacedOverride, ...]], ...]
    broken: tuple[BrokenRow, ...]
    hosts: dict[int, str]


def read_kept_rules(connection: Connection) -> KeptRules:
    """As they are stored."""
    broken: list[BrokenRow] = []
    elsewhere: dict[int, list[PlacedOverride]] = {}
    rows = list_rules(connection)
    names = {row.id: row.name for row in rows}
    for threshold in list_thresholds(connection):
        try:
            elsewhere.setdefault(threshold.rule_id, []).append(override_of(threshold))
        except DocumentError as error:
            place = f"{threshold.scope} {threshold.target}"
            broken.append(BrokenRow(threshold.rule_id, names.get(threshold.rule_id, "?"), error.message, place))
    rules = []
    for row in rows:
        try:
            rules.append((rule_of(row), tuple(elsewhere.get(row.id, ()))))
        except DocumentError as error:
            broken.append(BrokenRow(row.id, row.name, error.message))
    return KeptRules(tuple(rules), tuple(broken), host_names(connection))


def host_names(connection: Connection) -> dict[int, str]:
    """Names of the registered hosts, by id."""
    return {host.id: host.name for host in list_hosts(connection)}


def confirm_loss(question: str, losses: Sequence[str], *, yes: bool) -> None:
    """Asks before something is lost; `losses` are lines for people.

    Raises:
        InvalidInputError: nobody is here to be asked.
        typer.Abort: the answer was no.
    """
    if yes:
        return
    if not is_interactive():
        lost = "".join(f" {line.rstrip('.')}." for line in losses)
        raise InvalidInputError(f"Nobody is here to confirm it.{lost}", hint="Add --yes if that is meant.")
    for line in losses:
        errors().print(Text(f"  {line}"))
    typer.confirm(question, abort=True, err=True)
