"""Checks and answers to them, put into a database as people and the poller do."""

from collections.abc import Mapping

from storage.check import Check, CheckKind
from storage.checks import Scope, add_check
from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host
from storage.series import SeriesKey
from storage.utc import now_ms
from tests.recorded import key, record, visit

WEB = Check("web", CheckKind.HTTP, "http://127.0.0.1/")


def hosts(database: Database, *names: str, group: str | None = None) -> list[int]:
    with database.writing() as connection:
        return [add_host(connection, NewHost(name=name, address=name, group=group), 0).id for name in names]


def check(database: Database, asked: Check, scope: Scope) -> None:
    with database.writing() as connection:
        add_check(connection, asked, scope, now_ms())


def answer(database: Database, host_id: int, *groups: Mapping[SeriesKey, float], age_ms: int = 0) -> None:
    record(database, visit(host_id, now_ms() - age_ms, *groups))


def web(up: float, **more: float) -> dict[SeriesKey, float]:
    """An answer to `WEB`."""
    found = {key("check_up", check="web"): up}
    return found | {key(f"check_{name}", check="web"): value for name, value in more.items()}
