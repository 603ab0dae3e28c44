"""Three real pollers on a real PostgreSQL, each killed while it tells people: nothing is lost or said twice."""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from alerts.notifier.deduplication import Timing
from alerts.notifier.documents import route_body
from alerts.notifier.routing import Route
from alerts.rules.document import rule_body
from alerts.rules.rule import Comparison, Level, NewRule
from alerts.rules.signal import Signal
from storage.alerting.delivery_rows import DeliveryRow, DeliveryState
from storage.alerting.receiver import NewReceiver, ReceiverKind
from storage.alerting.receiver_rows import Keeping, add_receiver
from storage.alerting.route_rows import add_route
from storage.alerting.rule_rows import add_rule, edit_rule, find_rule, list_rules
from storage.database import Database
from storage.keyrings import open_keeper
from storage.leases.lease_rows import read_holders
from storage.leases.share import DUTIES
from storage.secret_keeper import KeyringChoice
from storage.utc import now_ms
from tests.eventually import eventually
from tests.fired_alerts import deliveries
from tests.heard import Heard, webhook
from tests.running_poller import RunningPoller, running_poller
from tests.several_pollers import SharedFleet

HOSTS = 5
NAMES = ("a", "b", "c")
PASSPHRASE = "open sesame"
ALWAYS = NewRule(
    name="",
    signal=Signal(metric="load1"),
    comparison=Comparison.AT_LEAST,
    critical=Level(0.0),
    hold_s=0.0,
)


class Pollers:
    """Pollers with a home each, and the same secrets."""

    def __init__(self, home: Path, database: Database, stack: ExitStack) -> None:
        self._home = home
        self._database = database
        self._stack = stack
        self._running: dict[str, RunningPoller] = {}
        (home / "passphrase").write_text(PASSPHRASE)
        (home / "passphrase").chmod(0o600)

    def start(self, name: str) -> None:
        """One, under its name, also when it was killed before."""
        folder = self._home / name
        environment: Mapping[str, str] = {
            "HOME": str(folder),
            "WATCHPOST_KEYRING": "encrypted-file",
            "WATCHPOST_KEYRING_PASSPHRASE_FILE": str(self._home / "passphrase"),
        }
        words = ("--name", name, "--interval", "1")
        poller = running_poller(self._database.url, *words, environment=environment, folder=folder)
        self._running[name] = self._stack.enter_context(poller)

    def leader(self) -> str | None:
        """Who tells people now, among those that live."""
        with self._database.reading() as connection:
            name = read_holders(connection).get(DUTIES)
        return name if name in self._running and self._running[name].process.poll() is None else None

    def kill_the_leader(self) -> str:
        """As kill -9 does; returns who it was."""
        eventually(lambda: self.leader() is not None)
        name = self.leader()
        assert name is not None
        self._running[name].process.kill()
        self._running[name].process.wait()
        return name


@pytest.fixture
def heard() -> Iterator[Heard]:
    with webhook() as made:
        yield made


@pytest.fixture
def pollers(home: Path, postgresql_database: Database, heard: Heard) -> Iterator[Pollers]:
    """Three that run, and a receiver that every one of them can reach."""
    places = [home / name / ".local" / "share" / "watchpost" / "secrets.cfg" for name in NAMES]
    for place in places:
        place.parent.mkdir(parents=True, mode=0o700)
    with ExitStack() as stack:
        made = Pollers(home, postgresql_database, stack)
        keeper = open_keeper(KeyringChoice.ENCRYPTED_FILE, file=places[0], passphrase=lambda _: PASSPHRASE)
        new = NewReceiver(name="hook", kind=ReceiverKind.WEBHOOK, options={"burst": 1000})
        add_receiver(postgresql_database, new, Keeping(keeper, secret=heard.url), now_ms=now_ms())
        for place in places[1:]:
            shutil.copy(places[0], place)
        for name in NAMES:
            made.start(name)
        yield made


def fires_everywhere(database: Database, name: str) -> None:
    """A rule that fires on every host with the next reading."""
    with database.writing() as connection:
        add_rule(connection, name=name, body=rule_body(ALWAYS), now_ms=now_ms())


def is_over(database: Database, name: str) -> None:
    """The rule is switched off, and so its alerts are over."""
    with database.writing() as connection:
        edit_rule(connection, find_rule(connection, name).id, enabled=False, now_ms=now_ms())


def said(database: Database, count: int) -> bool:
    """Whether so many messages were logged and every one was delivered."""
    rows = deliveries(database)
    return len(rows) >= count and all(row.state is DeliveryState.DELIVERED for row in rows)


def reasons(rows: list[DeliveryRow]) -> Counter[tuple[str, str]]:
    return Counter((row.group_key, row.reason) for row in rows)


@pytest.mark.timeout(600)
def test_each_is_killed_while_it_tells_people_and_everything_is_told_once(
    pollers: Pollers, postgresql_database: Database, heard: Heard
) -> None:
    database, fleet = postgresql_database, SharedFleet(postgresql_database, HOSTS)
    with database.writing() as connection:
        # Those that came with the product would fire on a busy machine.
        for rule in list_rules(connection):
            edit_rule(connection, rule.id, enabled=False, now_ms=now_ms())
        timing = Timing(group_wait_s=1, group_interval_s=1)
        by_host = Route(name="all", receivers=("hook",), group_by=("alertname", "host"), timing=timing)
        add_route(connection, name="all", body=route_body(by_host))
    eventually(lambda: fleet.is_shared_by(*NAMES), within_s=120)
    heard.pause_s = 0.3

    killed = []
    fires_everywhere(database, "One")
    eventually(lambda: heard.asked >= 2, within_s=120)
    killed.append(pollers.kill_the_leader())
    eventually(lambda: said(database, HOSTS), within_s=180)

    is_over(database, "One")
    eventually(lambda: heard.asked >= HOSTS + 2, within_s=120)
    killed.append(pollers.kill_the_leader())
    for name in killed:
        pollers.start(name)
    eventually(lambda: said(database, 2 * HOSTS), within_s=180)

    fires_everywhere(database, "Two")
    eventually(lambda: heard.asked >= 2 * HOSTS + 3, within_s=120)
    killed.append(pollers.kill_the_leader())
    eventually(lambda: said(database, 3 * HOSTS), within_s=180)

    assert sorted(killed) == sorted(NAMES)
    rows = deliveries(database)
    assert set(reasons(rows).values()) == {1}
    assert Counter(row.reason for row in rows) == {"first": 2 * HOSTS, "all_resolved": HOSTS}
    assert set(heard.ids) == {row.idempotency_key for row in rows}
    # The one that was under way when its poller was killed may have come twice.
    twice = [key for key, times in Counter(heard.ids).items() if times > 1]
    assert len(twice) <= len(killed)
    assert max(Counter(heard.ids).values()) <= 2
