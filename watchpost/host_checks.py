"""Which hosts need a person, and what that person is to type."""

import shlex

from fleet.reason_text import reason_text
from poller.failure import HINTS
from storage.connection import Connection
from storage.host import Host
from storage.host_states import HostStatus, read_host_states
from storage.hosts import list_hosts
from storage.pollers import live_pollers
from storage.printable import printable
from storage.reason import BLOCKING, HostState, Reason
from watchpost.health_checks import Check, Verdict

SHOWN = 20


def check_hosts(connection: Connection, now_ms: int) -> list[Check]:
    """One line for each host that cannot be reached; unreachable ones only while a poller says so."""
    hosts, states = list_hosts(connection), read_host_states(connection)
    telling = {HostState.BLOCKED}
    if live_pollers(connection, now_ms):
        telling.add(HostState.UNREACHABLE)
    troubled = [
        (host, status)
        for host in hosts
        if host.enabled and (status := states.get(host.id)) is not None and status.state in telling
    ]
    if not hosts:
        return [Check("hosts", Verdict.WARN, "No host is registered.", "watchpost hosts add NAME [USER@]ADDRESS")]
    checks = [_check(host, status) for host, status in troubled[:SHOWN]]
    if len(troubled) > SHOWN:
        checks.append(Check("hosts", Verdict.WARN, f"{len(troubled) - SHOWN} more like these.", "watchpost hosts list"))
    return checks or [Check("hosts", Verdict.OK, f"{len(hosts)} registered, none is blocked or unreachable")]


def what_to_type(name: str, reason: Reason | None) -> str:
    """The command that helps, and the advice that belongs to the reason."""
    verb = "trust" if reason in BLOCKING else "test"
    command = f"watchpost hosts {verb} {shlex.quote(name)}"
    return f"{command}  ({HINTS[reason]})" if reason else command


def _check(host: Host, status: HostStatus) -> Check:
    why = reason_text(status.reason) if status.reason else "for an unknown reason"
    message = f"{status.state.value}: {why}"
    return Check(f"host {printable(host.name)}", Verdict.WARN, message, what_to_type(host.name, status.reason))
