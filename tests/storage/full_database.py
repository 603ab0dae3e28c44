"""A database with something in every table: hosts, what people said, readings as they come, sealed and rolled up."""

from storage.connection import Connection
from storage.database import Database
from storage.host_states import HostStatus, write_host_states
from storage.reason import HostState
from storage.schema import (
    alert_routes,
    alert_rules,
    alert_thresholds,
    alert_transitions,
    alerts,
    annotations,
    checks,
    credentials,
    deliveries,
    envelopes,
    group_retentions,
    host_keys,
    host_leases,
    hosts,
    maintenance_windows,
    notifications,
    notifier_memory,
    pollers,
    receivers,
    requests,
    settings,
    silences,
    system_metrics,
)
from storage.scrape import Cadence
from storage.sealing.roll import Block
from storage.sealing.upkeep import PLAN_MS, Upkeep
from storage.tier import BLOCK_MS
from tests.fleet.sample_fleet import INVENTORY, Machine, scrapes
from tests.readings import POSTGRES
from tests.recorded import record

START = 1_790_006_400_000
"""2026-09-21T16:00:00Z; a block begins two hours later."""
BLOCK = Block(1, Cadence.FAST, -(-START // BLOCK_MS) * BLOCK_MS)
END = BLOCK.end + 2 * 3_600_000
_STEP_MS = 30_000


def fill(database: Database) -> None:
    """Fills an empty database."""
    with database.writing() as connection:
        about = {"created_at": START, "revision": 1}
        connection.execute(credentials.insert(), [_credential(1, "fleet"), _credential(5, "db")])
        connection.execute(
            hosts.insert(),
            [
                {"name": "web", "address": "10.0.0.1", "transport": "ssh", "group_name": "web", "tags": ["a", "é"]}
                | about
                | {"id": 1, "credential_id": None, "removed_at": None},
                {"name": "데이터", "address": "db.example", "transport": "ssh", "group_name": None, "tags": []}
                | about
                | {"id": 2, "credential_id": 5, "removed_at": None},
                {"name": "gone", "address": "10.0.0.3", "transport": "ssh", "group_name": None, "tags": []}
                | about
                | {"id": 7, "credential_id": None, "removed_at": START},
            ],
        )
        write_host_states(connection, [HostStatus(1, HostState.UP, None, "", START, {**INVENTORY, "note": "\u0007"})])
        connection.execute(
            checks.insert().values(name="nginx", kind="unit", target="nginx.service", host_id=1, **about)
        )
        connection.execute(
            host_keys.insert().values(
                address="10.0.0.1",
                port=22,
                algorithm="ssh-ed25519",
                public_key="ssh-ed25519 AAAA",
                fingerprint="SHA256:x",
                source="person",
                trusted_at=START,
            )
        )
        connection.execute(settings.insert(), [{"name": "interval_s", "value": 30.0}, {"name": "odd", "value": None}])
        connection.execute(
            requests.insert().values(id=9, kind="scan", payload={"a": [1]}, state="done", progress=[], created_at=START)
        )
        connection.execute(
            pollers.insert().values(id="p1", machine="here", pid=1, version="0", started_at=START, heartbeat_at=START)
        )
        connection.execute(host_leases.insert().values(host_id=1, poller_id="p1", since_at=START))
        connection.execute(
            envelopes.insert().values(credential_id=1, poller_id="p1", sealed=b"\x00\xff", created_at=START)
        )
        connection.execute(
            annotations.insert().values(id=3, text="deploy 1.2", start_ts=START, end_ts=START, created_at=START)
        )
        connection.execute(group_retentions.insert().values(group_name="web", name="retention_raw_s", value=172_800.0))
        connection.execute(
            system_metrics.insert(),
            [
                {"timestamp": "2026-09-21T16:00:00.000Z", "hostname": "web", "cpu_percent": 12.5, "load1": None},
                {"timestamp": "2026-09-21T16:01:00.000Z", "hostname": "web", "cpu_percent": 0.1 + 0.2, "load1": 1e300},
            ],
        )
        connection.execute(
            notifications.insert().values(title="t", level="info", message="m", channel="stdout", sent_at="2026-09-21")
        )
        _fill_alerting(connection)
    _record(database)


def seal(database: Database, now_ms: int = END + BLOCK_MS) -> None:
    """Seals and rolls up what is over by then."""
    upkeep = Upkeep(database)
    for look in range(15):
        while upkeep.step(now_ms + look * PLAN_MS, 60.0):
            pass


def _fill_alerting(connection: Connection) -> None:
    updated = {"created_at": START, "updated_at": START}
    connection.execute(
        alert_rules.insert().values(id=4, name="높음", source="", body={"v": 1, "é": [0.1]}, revision=2, **updated)
    )
    connection.execute(
        alert_thresholds.insert().values(id=2, rule_id=4, scope="host", target="1", body={"off": True}, revision=3)
    )
    fired = {"id": 11, "rule_id": 4, "rule_name": "높음", "host_id": 1, "series": 'mount="/"', "metric": "load1"}
    connection.execute(
        alerts.insert().values(
            **fired, labels={"a": "b"}, severity="critical", value=0.1 + 0.2, fired_at=START, changed_at=START
        )
    )
    connection.execute(alert_transitions.insert().values(alert_id=11, ts=START, kind="fired", severity="critical"))
    span = {"matchers": [["host", "=", "web"]], "created_at": START}
    connection.execute(silences.insert().values(starts_at=START, ends_at=START + 1, comment="why", **span))
    connection.execute(
        maintenance_windows.insert().values(
            name="backup", recurrence="RRULE:FREQ=DAILY", time_zone="Asia/Seoul", duration_s=60.5, **span
        )
    )
    connection.execute(receivers.insert().values(name="ops", kind="desktop", options={"language": "ko"}, **updated))
    connection.execute(alert_routes.insert().values(position=1, name="all", body={"receivers": ["ops"]}))
    connection.execute(
        deliveries.insert().values(
            idempotency_key="k",
            receiver="ops",
            group_key="g",
            reason="first",
            state="due",
            created_at=START,
            message=b"\x00\xff",
        )
    )
    connection.execute(notifier_memory.insert().values(kind="told", key="00", body=b"\x80", updated_at=START))


def _record(database: Database) -> None:
    for host_id, cpu in ((1, 30.0), (2, 55.0)):
        machine = Machine(name=str(host_id), cpu=cpu, wave=9.0, processes=(POSTGRES,))
        record(database, *scrapes(machine, host_id, start=START, end=END, step_ms=_STEP_MS))


def _credential(key: int, name: str) -> dict[str, object]:
    return {"id": key, "name": name, "kind": "password", "created_at": START, "updated_at": START}
