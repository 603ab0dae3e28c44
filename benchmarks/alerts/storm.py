"""What people get to hear when a thousand hosts vanish at once, or one comes and goes; and how soon they hear it.

Counts are of simulated hours, decided by the notifier itself; the time until a message is handed over is real, on a
SQLite database with a thousand hosts in it.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from alerts.notifier.active_alert import ActiveAlert
from alerts.notifier.memory import Memory
from alerts.notifier.message import Message, MessageAlert
from alerts.notifier.round import decide
from alerts.notifier.scene import LOOK_BACK_S, Scene, usual_routes
from alerts.receivers.delivery import Answer
from alerts.thresholds import Severity
from benchmarks.figure import Figure, show
from poller.notifying.notifier import Notifier
from poller.share import Everything
from storage.alerting.alert_change import AlertChange, ChangeKind
from storage.alerting.alert_rows import write_changes
from storage.alerting.receiver import NewReceiver, Receiver, ReceiverKind
from storage.alerting.receiver_rows import Keeping, add_receiver
from storage.database import Database, open_database, prepare_database
from storage.errors import KeyringUnavailableError
from storage.host import NewHost
from storage.host_states import HostStatus, write_host_states
from storage.hosts import add_hosts
from storage.reason import HostState, Reason
from storage.secret_keeper import KeyringChoice, SecretKeeper
from storage.utc import now_ms

HOSTS = 1_000
RECEIVERS = ("mail", "slack")
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
SPREAD_S = 25
"""Over which the hosts are seen to be gone: they are read at different moments."""
BACK_S = 120
"""Over which they come back."""
START = 1_800_000_000_000
HANDED_OVER_LIMIT_S = 15.0
"""The wait of a group, 10 s, and 5 s more."""


def measure(*, quick: bool = False) -> Sequence[Figure]:
    """Takes all of it: half a minute, mostly waiting."""
    hosts = HOSTS // 10 if quick else HOSTS
    return [
        *_vanish(hosts, registered=True),
        *_vanish(hosts, registered=False),
        _flapping(2),
        _flapping(7),
        *_handed_over(hosts),
        _look_cost(hosts * 10),
    ]


def _vanish(hosts: int, *, registered: bool) -> list[Figure]:
    """All of them behind one jump host, for an hour."""
    chance = random.Random(1)  # noqa: S311 - no secret
    spans = []
    if registered:
        spans.append((_unreachable(0, "bastion", START + 5 * SECOND), START + HOUR))
    for number in range(1, hosts + 1):
        gone = START + chance.randrange(SPREAD_S) * SECOND
        back = START + HOUR + chance.randrange(BACK_S) * SECOND
        spans.append((_unreachable(number, f"web-{number}", gone, behind="bastion"), back))
    messages = _told(spans, START + 2 * HOUR)
    by_receiver = [[message for message in messages if message.receiver == name] for name in RECEIVERS]
    first = max(sum(message.at < START + MINUTE for message in mine) for mine in by_receiver)
    meanwhile = max(sum(START + MINUTE <= message.at < START + HOUR for message in mine) for mine in by_receiver)
    back = max(sum(message.at >= START + HOUR for message in mine) for mine in by_receiver)
    kind = "registered" if registered else "unknown"
    how = f"{hosts} hosts behind one jump host, {'itself a host' if registered else 'in no registry'}, vanish"
    return [
        Figure(f"vanish_{kind}_first_minute", first, 1, "messages", f"{how} over {SPREAD_S} s; of one receiver"),
        Figure(f"vanish_{kind}_meanwhile", meanwhile, 0, "messages", "until the hour is over"),
        Figure(f"vanish_{kind}_back", back, 1, "messages", f"they come back over {BACK_S} s"),
    ]


def _flapping(minutes: int) -> Figure:
    """One host that is gone for so long, and back for so long, for a day."""
    spans = []
    for turn, start in enumerate(range(START, START + 24 * HOUR, 2 * minutes * MINUTE)):
        # Each time that it fires is a row of its own.
        spans.append((replace(_unreachable(0, "web-1", start), id=turn + 1), start + minutes * MINUTE))
    moments = [message.at for message in _told(spans, START + 26 * HOUR) if message.receiver == RECEIVERS[0]]
    most = max(sum(at <= other < at + HOUR for other in moments) for at in moments)
    how = f"gone for {minutes} min, back for {minutes} min, a day long: the most within any hour; {len(moments)} in all"
    return Figure(f"flapping_{minutes}m_per_hour", most, 2, "messages", how)


def _told(spans: Sequence[tuple[ActiveAlert, int]], until: int) -> list[Message]:
    """Every message that follows, in simulated time."""
    scene = Scene(alerts=(), routes=usual_routes(RECEIVERS), receivers=RECEIVERS)
    changes = sorted({moment for alert, end in spans for moment in (alert.fired_at, end)})
    memory, messages, ts = Memory(), list[Message](), START
    while ts <= until:
        decision = decide(replace(scene, alerts=list(_seen(spans, ts))), memory, _described, ts)
        memory = decision.memory
        messages += [planned.message for planned in decision.messages]
        coming = [at for at in changes if at > ts][:1]
        ts = min([max(decision.look_at or until + 1, ts + SECOND), *coming])
    return messages


def _seen(spans: Iterable[tuple[ActiveAlert, int]], ts: int) -> Iterable[ActiveAlert]:
    for alert, end in spans:
        if alert.fired_at <= ts < end:
            yield alert
        elif end <= ts < end + LOOK_BACK_S * 1000:
            yield replace(alert, resolved_at=end, changed_at=end)


def _unreachable(number: int, host: str, at: int, behind: str = "") -> ActiveAlert:
    labels = {
        "alertname": "HostUnreachable",
        "host": host,
        "group": f"g{number % 10}",
        "severity": "critical",
        "metric": "up",
    }
    if behind:
        labels["jump_host"] = behind
    return ActiveAlert(
        id=number + 1,
        key=f"up {host}",
        labels=labels,
        severity=Severity.CRITICAL,
        fired_at=at,
        changed_at=at,
        behind=behind,
    )


def _described(alert: ActiveAlert) -> MessageAlert:
    return MessageAlert(
        id=alert.id,
        rule=alert.labels["alertname"],
        host=alert.labels["host"],
        host_id=alert.id,
        severity=alert.severity,
        firing=alert.firing,
        metric="up",
        fired_at=alert.fired_at,
        resolved_at=alert.resolved_at,
    )


class _NoSecrets:
    def check(self) -> None:
        """Always fine."""

    def read(self, _name: str) -> str | None:
        return None

    def write(self, _name: str, _secret: str) -> None:
        raise KeyringUnavailableError("Nothing is kept here.")

    def delete(self, _name: str) -> None:
        """There is none."""


def _handed_over(hosts: int) -> list[Figure]:
    """From the first of them firing until each receiver is handed its message, in real time."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'storm.db'}"
        prepare_database(url, now_ms=now_ms())
        with closing(open_database(url)) as database:
            delays, took_s = asyncio.run(_storm(database, hosts))
    how = f"{hosts} alerts, {len(RECEIVERS)} receivers: from firing until the slowest of them was handed its message"
    return [
        Figure("handed_over_s", max(delays), HANDED_OVER_LIMIT_S, "s", how),
        Figure("handed_over_looks_cpu_s", took_s, None, "s", "CPU of the notifier meanwhile"),
    ]


async def _storm(database: Database, hosts: int) -> tuple[list[float], float]:
    ids = _fleet(database, hosts)
    handed: dict[str, int] = {}

    async def deliver(receiver: Receiver, secret: str | None, message: Message) -> Answer:
        del secret, message
        handed.setdefault(receiver.name, now_ms())
        return Answer(delivered=True, text="")

    keeper = SecretKeeper(KeyringChoice.SYSTEM, _NoSecrets())
    notifier = Notifier(database, database, Everything(), keeper, deliver)
    fired_at = now_ms()
    _fire(database, ids, fired_at)
    cpu_s = time.process_time()
    while len(handed) < len(RECEIVERS):
        await notifier.step()
        await asyncio.sleep(1)
    await notifier.end()
    return [(at - fired_at) / 1000 for at in handed.values()], time.process_time() - cpu_s


def _fleet(database: Database, hosts: int) -> list[int]:
    new = [NewHost(name=f"web-{number}", address=f"10.0.0.{number}") for number in range(hosts)]
    for name in RECEIVERS:
        add_receiver(database, NewReceiver(name=name, kind=ReceiverKind.DESKTOP), Keeping(), now_ms=1)
    with database.writing() as connection:
        ids = [host.id for host in add_hosts(connection, new, 1)]
        lost = [
            HostStatus(
                host_id=host_id,
                state=HostState.UNREACHABLE,
                reason=Reason.TIMEOUT,
                detail="Jump host bastion: It does not answer.",
                since_at=1,
                inventory=None,
            )
            for host_id in ids
        ]
        write_host_states(connection, lost)
    return ids


def _fire(database: Database, host_ids: Iterable[int], at: int) -> None:
    changes = [
        AlertChange(
            rule_id=1,
            rule_name="HostUnreachable",
            host_id=host_id,
            series="",
            metric="up",
            kind=ChangeKind.FIRED,
            severity="critical",
            value=60.0,
            ts=at,
            fired_at=at,
        )
        for host_id in host_ids
    ]
    with database.writing() as connection:
        write_changes(connection, changes)


def _look_cost(alerts: int) -> Figure:
    """One look while so many alerts fire."""
    spans = [_unreachable(number, f"web-{number}", START, behind="bastion") for number in range(alerts)]
    scene = Scene(alerts=spans, routes=usual_routes(RECEIVERS), receivers=RECEIVERS)
    memory = decide(scene, Memory(), _described, START + MINUTE).memory
    began = time.process_time()
    decide(scene, memory, _described, START + 2 * MINUTE)
    how = f"CPU of one decision while {alerts} alerts fire; made at most every 3 s or so, and when something changes"
    return Figure("look_cpu_ms", (time.process_time() - began) * 1000, None, "ms", how)


if __name__ == "__main__":
    sys.exit(0 if show(measure(quick="--quick" in sys.argv)) else 1)
