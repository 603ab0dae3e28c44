"""Keeps a database of a schema revision, for the tests of upgrades: `python -m tests.storage.revisions.make 0004`.

To be run once for each revision, by the release that has it as its newest. What is kept is never made anew: databases
of people who run that release look as it made them then, not as later code would.
"""

import gzip
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, select

from storage.database import open_database
from storage.migration import upgrade_schema
from storage.scrape_rows import RowWriter, pack_scrape
from storage.sealing.upkeep import PLAN_MS, Upkeep
from storage.series import Layout
from storage.sqlite import migration_engine
from storage.sqlite_file import create_file
from tests.fleet.sample_fleet import INVENTORY, Machine, scrapes
from tests.readings import POSTGRES

FOLDER = Path(__file__).parent
NOON_MS = 1_772_366_400_000
"""2026-03-01T12:00:00Z, when the newest reading was made."""
SPAN_MS = 480_000
NIGHT_MS = NOON_MS - 45_000_000
"""Half an hour before the midnight of that day in UTC."""
_DAY_MS = 86_400_000
_KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIIq0bKQ5bpj4Kf2dV1X8m3F1YwR0m4JrT3mR1mO6c1Zv"
_MACHINES = {
    1: Machine(name="web-1", cpu=35.0, wave=12.0, processes=(POSTGRES,)),
    2: Machine(name="db-1", cpu=62.0, memory=71.0, mounts={"/": 48.0, "/srv": 91.5}, processes=(POSTGRES,)),
}


def main() -> None:
    """Makes `<revision>.sql.gz` beside this file, unless it is there."""
    revision = sys.argv[1]
    kept = FOLDER / f"{revision}.sql.gz"
    if kept.exists():
        sys.exit(f"{kept.name} is kept already; databases of that revision do not change any more.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kept.db"
        _fill(path, revision)
        with closing(sqlite3.connect(path)) as connection:
            text = "\n".join(connection.iterdump())
    # Without the time of day, so that the same content is the same file.
    kept.write_bytes(gzip.compress(text.encode(), mtime=0))


def _fill(path: Path, revision: str) -> None:
    create_file(path)
    engine = migration_engine(path)
    try:
        upgrade_schema(engine, revision)
        with engine.begin() as connection:
            tables = MetaData()
            tables.reflect(connection)
            for name, rows in _rows().items():
                _insert(connection, tables, name, rows)
            for since, fill in _SINCE.items():
                if revision >= since:
                    fill(connection, tables)
    finally:
        engine.dispose()
    if revision >= "0004":
        _seal(path)


def _seal(path: Path) -> None:
    """Seals, rolls up and thins, as the poller of that release does."""
    database = open_database(str(path))
    upkeep = Upkeep(database)
    for look in range(15):
        while upkeep.step(NOON_MS + look * PLAN_MS, 60.0):
            pass
    database.close()


def _insert(connection: Connection, tables: MetaData, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    table = tables.tables[name]
    for row in rows:
        connection.execute(table.insert().values(row))


def _rows() -> dict[str, list[dict[str, Any]]]:
    """What every revision has tables for."""
    host = {"transport": "ssh", "enabled": True, "created_at": NOON_MS - 30 * _DAY_MS}
    return {
        "credentials": [
            _stamped(1, "fleet key", "passphrase"),
            _stamped(6_021_407_600_000_000, "db", "password"),
        ],
        "hosts": [
            {**host, "id": 1, "name": "web-1", "address": "10.0.0.11", "revision": 3, "username": "watch"},
            {
                **host,
                "id": 2,
                "name": "db-1",
                "address": "db-1.example",
                "revision": 4,
                "port": 2222,
                "username": "monitor",
            }
            | {
                "port": 2222,
                "credential_id": 6_021_407_600_000_000,
                "interval_s": 10.0,
                "identity_file": "~/.ssh/id_ed25519",
            },
            {**host, "id": 3, "name": "요원-3", "address": "2001:db8::3", "revision": 5, "enabled": False},
            {**host, "id": 4, "name": "old", "address": "10.0.0.9", "revision": 6, "removed_at": NOON_MS - 3_600_000},
        ],
        "host_states": [
            {"host_id": 1, "state": "up", "detail": "", "since_at": NOON_MS - SPAN_MS, "inventory": INVENTORY},
            {
                "host_id": 2,
                "state": "unreachable",
                "reason": "timeout",
                "detail": "no answer in 10 s",
                "since_at": NOON_MS,
            },
        ],
        "host_keys": [
            {"id": 1, "address": "10.0.0.11", "port": 22, "algorithm": "ssh-ed25519", "source": "person"}
            | {"public_key": f"ssh-ed25519 {_KEY}", "fingerprint": "SHA256:0p3qkPzX", "trusted_at": NOON_MS}
        ],
        "settings": [{"name": "interval_s", "value": 5.0}, {"name": "time_zone", "value": "Asia/Seoul"}],
        "requests": [
            {
                "id": 7,
                "kind": "test_connection",
                "payload": {"host_id": 2},
                "state": "done",
                "progress": [{"step": "connect"}],
            }
            | {"result": {"ok": False, "reason": "timeout"}}
            | {"created_at": NOON_MS - 60_000, "finished_at": NOON_MS}
        ],
        "pollers": [
            {"id": "5f0c7f0e-4b5a-4b7e-9c55-0d6a3f0f8a11", "machine": "watch", "pid": 4711, "version": "0.4.0"}
            | {"started_at": NOON_MS - SPAN_MS, "heartbeat_at": NOON_MS, "delay_ms": 12}
        ],
        "system_metrics": [
            {"id": 1, "timestamp": "2026-03-01T11:59:00.000Z", "hostname": "web-1", "cpu_percent": 35.5, "load1": 0.42}
            | {"memory_percent": 40.25, "disk_percent": 48.0, "swap_percent": 5.0}
        ],
        "notifications": [
            {"id": 1, "title": "db-1: disk", "level": "warning", "message": "/srv is 91.5 % full", "channel": "stdout"}
            | {"sent_at": "2026-03-01T11:59:30.000Z"}
        ],
        **_readings(),
    }


def _stamped(key: int, name: str, kind: str) -> dict[str, Any]:
    about = {"id": key, "name": name, "kind": kind}
    return {**about, "created_at": NOON_MS - 30 * _DAY_MS, "updated_at": NOON_MS - 7 * _DAY_MS}


def _readings() -> dict[str, list[dict[str, Any]]]:
    layouts: dict[Layout, int] = {}
    head: list[dict[str, Any]] = []
    snapshots: list[dict[str, Any]] = []
    for host_id, machine in _MACHINES.items():
        for scrape in scrapes(machine, host_id, start=NOON_MS - SPAN_MS, end=NOON_MS):
            packed = pack_scrape(scrape)
            about = {"host_id": host_id, "ts": packed.ts}
            for cadence, layout, vector in packed.vectors:
                layout_id = layouts.setdefault(layout, len(layouts) + 1)
                head.append(
                    {**about, "cadence": cadence, "session_at": packed.session_at}
                    | {"layout_id": layout_id, "vector": vector}
                )
            if packed.processes is not None:
                snapshots.append({**about, "rows": packed.processes})
    kept = [
        {"id": layout_id, "digest": layout.digest, "content": layout.content.decode(), "used_at": NOON_MS - SPAN_MS}
        for layout, layout_id in layouts.items()
    ]
    return {"layouts": kept, "head": head, "process_snapshots": snapshots}


def _groups_and_tags(connection: Connection, tables: MetaData) -> None:
    hosts = tables.tables["hosts"]
    connection.execute(hosts.update().where(hosts.c.id == 1).values(group_name="web", tags=["eu", "prod"]))
    connection.execute(hosts.update().where(hosts.c.id == 2).values(group_name="db", tags=["eu"]))


def _checks_and_probe_options(connection: Connection, tables: MetaData) -> None:
    hosts = tables.tables["hosts"]
    connection.execute(hosts.update().where(hosts.c.id == 2).values(reader="proc", sudo=True, top_processes=35))
    about = {"revision": 1, "created_at": NOON_MS - _DAY_MS}
    _insert(
        connection,
        tables,
        "checks",
        [
            {"id": 1, "name": "nginx", "kind": "unit", "target": "nginx.service", "group_name": "web", "host_id": None}
            | about,
            {"id": 2, "name": "home", "kind": "http", "target": "http://localhost/", "host_id": 1, "group_name": None}
            | about,
        ],
    )


def _annotations_and_a_night(connection: Connection, tables: MetaData) -> None:
    about = {"start_ts": NOON_MS - _DAY_MS, "end_ts": NOON_MS - _DAY_MS, "created_at": NOON_MS, "author": "한"}
    _insert(connection, tables, "annotations", [{"id": 4, "text": "deploy 1.2", "groups": ["web"], **about}])
    _insert(
        connection, tables, "group_retentions", [{"group_name": "db", "name": "retention_raw_s", "value": 172_800.0}]
    )
    # Long enough that a block of six hours is over.
    night = scrapes(_MACHINES[2], 2, start=NIGHT_MS, end=NIGHT_MS + 7 * 3_600_000, step_ms=60_000)
    RowWriter().write(connection, [pack_scrape(scrape) for scrape in night], [])


def _leases_and_an_envelope(connection: Connection, tables: MetaData) -> None:
    pollers = tables.tables["pollers"]
    connection.execute(pollers.update().values(name="watch", user="watchpost", epoch=2, lacking=["db"], figures={}))
    (poller_id,) = connection.execute(select(pollers.c.id)).one()
    lease = {"host_id": 1, "poller_id": poller_id, "since_at": NOON_MS - _DAY_MS}
    leases = [lease | {"id": 3, "until_at": NOON_MS}, lease | {"id": 4, "host_id": 2, "until_at": None}]
    _insert(connection, tables, "host_leases", leases)
    _insert(
        connection,
        tables,
        "envelopes",
        [{"id": 5, "credential_id": 1, "poller_id": poller_id, "sealed": b"\x00\xff", "created_at": NOON_MS}],
    )


_SINCE: dict[str, Callable[[Connection, MetaData], None]] = {
    "0002": _groups_and_tags,
    "0003": _checks_and_probe_options,
    "0004": _annotations_and_a_night,
    "0005": _leases_and_an_envelope,
}
"""What a revision brought tables or columns for."""

if __name__ == "__main__":
    main()
