"""`watchpost hosts show`: everything that is known of one host."""

from datetime import tzinfo
from typing import Annotated

import typer
from rich.text import Text

from fleet.inventory_text import inventory_line
from fleet.reading import shown_address
from poller.ssh.host_key_trust import TrustedKeys
from storage.annotation import Annotation
from storage.annotations import annotations_of_host
from storage.checks import checks_of, list_checks
from storage.database import Database
from storage.host import Host, Transport
from storage.host_keys import HostKey
from storage.hosts import find_host
from storage.printable import printable
from storage.utc import now_ms
from watchpost.annotation_text import annotation_as_json, when_text
from watchpost.check_results import check_as_json, read_check_values, result_as_json, result_of
from watchpost.commands.hosts_list import why
from watchpost.console import output, print_json, table
from watchpost.database_access import existing_database
from watchpost.host_listing import ListedHost, listed_as_json, read_listing
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import moment_text, shown_zone
from watchpost.measured_facts import measured_facts
from watchpost.remote_actions import key_as_json

_DETAIL_LIMIT = 2000
_NOTED = 5
_NOTED_MS = 28 * 86_400_000


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which host.")],
    *,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Show all that is known of a host: how it is reached, its state, its trusted keys, what it said of itself.

    With the newest answers to its checks, failed units, temperatures and GPUs where it has them, and what was noted.
    """
    chosen = configuration(database)
    now = now_ms()
    with existing_database(chosen.database_url) as opened:
        with opened.reading() as connection:
            host = find_host(connection, name)
            listed = next(each for each in read_listing(connection, now) if each.host.id == host.id)
            checks = checks_of(host, list_checks(connection))
            values = read_check_values(connection, [host], now).get(host.id, {})
            zone = shown_zone(chosen, connection)
            noted = annotations_of_host(connection, host, start=now - _NOTED_MS)[-_NOTED:]
        keys = _trusted(opened, host)
    if as_json:
        asked = [{**check_as_json(check), **result_as_json(result_of(check, values))} for check in checks]
        notes = [annotation_as_json(each, {host.id: host.name}) for each in noted]
        told = {"host_keys": [key_as_json(key) for key in keys], "checks": asked, "annotations": notes}
        print_json({**listed_as_json(listed), **told})
        return
    lines = table("", "")
    lines.show_header = False
    for label, value in [*_facts(listed, keys, zone, now), *measured_facts(checks, values), *_noted(noted, zone)]:
        lines.add_row(Text(label), Text(value))
    output().print(lines)


def _trusted(database: Database, host: Host) -> list[HostKey]:
    if host.transport is Transport.LOCAL:
        return []
    return TrustedKeys(database, host).now()


def _noted(noted: list[Annotation], zone: tzinfo | None) -> list[tuple[str, str]]:
    return [("noted", f"{when_text(each, zone)}: {printable(each.text, _DETAIL_LIMIT)} ({each.id})") for each in noted]


def _facts(listed: ListedHost, keys: list[HostKey], zone: tzinfo | None, now: int) -> list[tuple[str, str]]:
    host, status = listed.host, listed.status
    facts = [
        ("name", printable(host.name)),
        ("address", printable(shown_address(host))),
        ("group", printable(host.group or "")),
        ("tags", printable(", ".join(host.tags), _DETAIL_LIMIT)),
        ("key file", printable(host.identity_file or "")),
        ("credential", printable(host.credential or "")),
        ("interval", f"{host.interval_s:g} s" if host.interval_s else "as set for all"),
        ("state", listed.state),
        ("reason", why(status)),
        ("detail", printable(status.detail, _DETAIL_LIMIT) if status else ""),
        ("since", moment_text(status.since_at if status else None, zone)),
        ("last reading", moment_text(listed.last_reading_at, zone)),
        ("host", inventory_line(host, status.inventory if status else None, now)),
        *(("trusted key", f"{key.algorithm} {key.fingerprint}") for key in keys),
    ]
    return [(label, value) for label, value in facts if value]
