"""Alerts as pollers write them, and receivers with their secrets."""

from collections.abc import Iterable

from storage.alerting.alert_change import AlertChange, ChangeKind
from storage.alerting.alert_rows import write_changes
from storage.alerting.delivery_rows import DeliveryRow, list_deliveries
from storage.alerting.receiver import NewReceiver, ReceiverKind
from storage.alerting.receiver_rows import Keeping, add_receiver
from storage.database import Database
from storage.secret_keeper import KeyringChoice, SecretKeeper
from tests.in_memory import InMemory


def keeper() -> SecretKeeper:
    """A keyring that is gone with the test."""
    return SecretKeeper(KeyringChoice.SYSTEM, InMemory())


def receiver(database: Database, keeper: SecretKeeper, name: str, url: str) -> None:
    """Somebody who is told by HTTP."""
    new = NewReceiver(name=name, kind=ReceiverKind.WEBHOOK)
    add_receiver(database, new, Keeping(keeper, secret=url), now_ms=1)


def fires(database: Database, host_id: int, at: int, *, rule: int = 1, ended_at: int | None = None) -> None:
    """A rule fires on a host, or is over."""
    change = AlertChange(
        rule_id=rule,
        rule_name=f"Rule{rule}",
        host_id=host_id,
        series="",
        metric="cpu_usage_percent",
        kind=ChangeKind.FIRED if ended_at is None else ChangeKind.RESOLVED,
        severity="critical",
        value=97.0,
        ts=at if ended_at is None else ended_at,
        fired_at=at,
        resolution="" if ended_at is None else "well",
    )
    with database.writing() as connection:
        write_changes(connection, [change])


def deliveries(database: Database) -> list[DeliveryRow]:
    """All that were logged, the oldest first."""
    with database.reading() as connection:
        return list_deliveries(connection)[::-1]


def states(rows: Iterable[DeliveryRow]) -> list[str]:
    """How far they are."""
    return [row.state.value for row in rows]
