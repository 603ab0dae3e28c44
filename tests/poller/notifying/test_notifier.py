"""The notifier on a database, with receivers that answer, fail and hang."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest
from structlog.testing import capture_logs

from alerts.notifier.message import Message
from alerts.receivers.delivery import Answer, Deliver
from poller.notifying.notifier import Notifier
from poller.share import Everything
from storage.alerting.alert_rows import acknowledge, open_alerts
from storage.alerting.delivery_rows import DeliveryState
from storage.alerting.receiver import Receiver
from storage.alerting.receiver_rows import remove_receiver
from storage.alerting.route_rows import add_route
from storage.alerting.silence_rows import add_silence
from storage.database import Database
from storage.errors import DatabaseUnavailableError
from storage.host import NewHost
from storage.hosts import add_host
from storage.secret_keeper import SecretKeeper
from storage.utc import now_ms
from tests.fired_alerts import deliveries, fires, keeper, receiver, states
from tests.poller.notifying.listener import Listener, Mood, by_http, listener
from tests.real_postgresql import RealPostgresql

NOW = 1_800_000_000_000
SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000


class Clock:
    """Time as the test wants it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


class Team:
    """A database with a host, whoever is told, and one notifier after the other."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.keeper: SecretKeeper = keeper()
        self.clock = Clock()
        self.share = Everything()
        with database.writing() as connection:
            self.host = add_host(connection, NewHost(name="web-1", address="x"), 0).id
        self.notifier = self.new()

    def new(self, deliver: Deliver = by_http) -> Notifier:
        """A notifier that remembers what is stored and nothing else."""
        return Notifier(self.database, self.database, self.share, self.keeper, deliver, clock_ms=self.clock)

    def tell(self, name: str, listening: Listener) -> None:
        """One more is told."""
        receiver(self.database, self.keeper, name, listening.url)

    async def at(self, ts: int) -> None:
        """The notifier looks at that moment."""
        self.clock.now = ts
        self.notifier._not_before = 0.0
        await self.notifier.step()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Until something is true of what is stored."""
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(condition):
                await asyncio.sleep(0.01)

    def all_are(self, *wanted: str) -> Callable[[], bool]:
        """Whether the deliveries are in these states."""
        return lambda: states(deliveries(self.database)) == list(wanted)

    def is_to_be_tried_again(self) -> bool:
        """Whether what came of the last try is written down."""
        (row,) = deliveries(self.database)
        return row.state is DeliveryState.RETRYING and (row.next_try_at or 0) > self.clock.now


@pytest.fixture
def team(database: Database) -> Team:
    return Team(database)


async def test_it_is_logged_before_it_is_sent_and_what_came_of_it_afterwards(team: Team) -> None:
    async with listener(Mood.HANGS) as mail:
        team.tell("mail", mail)
        fires(team.database, team.host, NOW)
        await team.at(NOW)
        assert deliveries(team.database) == []
        await team.at(NOW + 10 * SECOND)
        await mail.until(lambda each: each.asked)
        assert states(deliveries(team.database)) == ["due"]
        await team.notifier._bag.end(0)
    async with listener() as mail:
        await asyncio.to_thread(remove_receiver, team.database, "mail", keeper=team.keeper)
        team.tell("mail", mail)
        # Whoever comes next cannot know whether it arrived, and says it again.
        team.notifier = team.new()
        await team.at(NOW + MINUTE)
        await team.until(team.all_are("delivered"))
        (row,) = deliveries(team.database)
        assert mail.taken == [row.idempotency_key]
        assert (row.reason, row.tries, row.answer, row.finished_at) == ("first", 2, "status 200", NOW + MINUTE)
        await team.notifier.end()


async def test_one_that_hangs_or_fails_is_in_no_others_way(team: Team) -> None:
    async with AsyncExitStack() as stack:
        hangs, fails, well = [
            await stack.enter_async_context(listener(mood)) for mood in (Mood.HANGS, Mood.FAILS, Mood.WELL)
        ]
        for name, each in (("hangs", hangs), ("fails", fails), ("well", well)):
            team.tell(name, each)
        for rule in (1, 2, 3):
            fires(team.database, team.host, NOW, rule=rule)
        await team.at(NOW + 10 * SECOND)
        await well.until(lambda each: len(each.taken) == 3)
        await fails.until(lambda each: each.asked == 3)
        await hangs.until(lambda each: each.asked == 1)
        await team.notifier._bag.end(0)


async def test_what_failed_is_tried_again_with_growing_pauses_and_the_log_tells_it_once(team: Team) -> None:
    async with listener(Mood.FAILS) as mail:
        team.tell("mail", mail)
        fires(team.database, team.host, NOW)
        with capture_logs() as logs:
            await team.at(NOW + 10 * SECOND)
            pauses = []
            for _ in range(4):
                await team.until(team.is_to_be_tried_again)
                (row,) = deliveries(team.database)
                pauses.append((row.next_try_at or 0) - team.clock.now)
                team.notifier = await successor(team)
                await team.at(row.next_try_at or 0)
            await team.until(team.is_to_be_tried_again)
            mail.mood = Mood.WELL
            (row,) = deliveries(team.database)
            team.notifier = await successor(team)
            await team.at(row.next_try_at or 0)
            await team.until(team.all_are("delivered"))
        assert (row.tries, len(mail.taken)) == (5, 1)
        assert pauses[3] > 2 * pauses[1] > 2 * pauses[0]
        # Each of these pollers has said it once.
        assert [log["event"] for log in logs].count("delivery_failed") == 5
        await team.notifier.end()


async def successor(team: Team) -> Notifier:
    """Another poller's, once this one has ended."""
    await team.notifier.end()
    return team.new()


async def test_after_a_day_it_is_given_up_and_stays_visible(team: Team) -> None:
    async with listener(Mood.FAILS) as mail:
        team.tell("mail", mail)
        fires(team.database, team.host, NOW)
        await team.at(NOW + 10 * SECOND)
        await team.until(team.all_are("retrying"))
        team.notifier = await successor(team)
        await team.at(NOW + DAY + MINUTE)
        await team.until(lambda: deliveries(team.database)[0].state is DeliveryState.GIVEN_UP)
        assert deliveries(team.database)[0].answer == "status 503"
        await team.notifier.end()


async def test_what_a_receiver_will_never_take_is_given_up_at_once(team: Team) -> None:
    async with listener(Mood.REFUSES) as mail:
        team.tell("mail", mail)
        fires(team.database, team.host, NOW)
        await team.at(NOW + 10 * SECOND)
        await team.until(team.all_are("given_up"))
        await team.notifier.end()


async def test_a_restart_after_it_was_delivered_says_nothing_again_and_knows_what_to_say_in_the_end(team: Team) -> None:
    async with listener() as mail:
        team.tell("mail", mail)
        fires(team.database, team.host, NOW)
        await team.at(NOW + 10 * SECOND)
        await team.until(team.all_are("delivered"))
        for later in range(1, 20):
            team.notifier = await successor(team)
            await team.at(NOW + later * MINUTE)
        assert team.all_are("delivered")()
        fires(team.database, team.host, NOW, ended_at=NOW + HOUR)
        # Nobody was there for a day when it ended.
        team.notifier = await successor(team)
        await team.at(NOW + DAY)
        await team.until(team.all_are("delivered", "delivered"))
        assert [row.reason for row in deliveries(team.database)] == ["first", "all_resolved"]
        await team.notifier.end()


async def test_who_is_not_the_leader_says_nothing_and_goes_on_once_it_is(team: Team) -> None:
    async with listener() as mail:
        team.tell("mail", mail)
        fires(team.database, team.host, NOW)
        team.share.is_leader = False
        await team.at(NOW + 10 * SECOND)
        assert deliveries(team.database) == []
        team.share.is_leader = True
        await team.at(NOW + 20 * SECOND)
        await team.until(team.all_are("delivered"))
        await team.notifier.end()


async def test_of_two_that_both_believe_to_be_the_leader_one_sends(team: Team) -> None:
    async with listener(Mood.FAILS) as mail:
        team.tell("mail", mail)
        fires(team.database, team.host, NOW)
        await team.at(NOW + 10 * SECOND)
        await team.until(team.all_are("retrying"))
        mail.mood = Mood.WELL
        other = team.new()
        team.clock.now = NOW + HOUR
        await asyncio.gather(other.step(), team.at(NOW + HOUR))
        for bag in (team.notifier._bag, other._bag):
            for each in bag._bags.values():
                each.arrived.set()
        await team.until(team.all_are("delivered"))
        await asyncio.gather(other.end(), team.notifier.end())
        assert len(mail.taken) == 1


async def test_while_the_database_is_away_nothing_is_forgotten_and_nothing_said_twice(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    outage = Outage(team.database, monkeypatch)
    monkeypatch.setattr("poller.notifying.mailbag.AGAIN_S", 0.01)
    told: list[str] = []

    async def goes_away_meanwhile(receiver: Receiver, secret: str | None, message: Message) -> Answer:
        told.append(message.idempotency_key)
        outage.lasts = True
        return Answer(delivered=True, text="taken")

    team.notifier = team.new(goes_away_meanwhile)
    receiver(team.database, team.keeper, "mail", "http://nowhere/")
    fires(team.database, team.host, NOW)
    await team.at(NOW + 10 * SECOND)
    await team.until(lambda: outage.refused > 3)
    with pytest.raises(DatabaseUnavailableError):
        await team.at(NOW + MINUTE)
    outage.lasts = False
    await team.until(team.all_are("delivered"))
    await team.at(NOW + 2 * MINUTE)
    assert len(told) == 1
    await team.notifier.end()


async def test_what_was_decided_and_could_not_be_logged_is_decided_again(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listener() as mail:
        team.tell("mail", mail)
        fires(team.database, team.host, NOW)
        await team.at(NOW)
        with monkeypatch.context() as patched:
            outage = Outage(team.database, patched, "writing")
            outage.lasts = True
            with pytest.raises(DatabaseUnavailableError):
                await team.at(NOW + 10 * SECOND)
        assert deliveries(team.database) == []
        await team.at(NOW + 20 * SECOND)
        await team.until(team.all_are("delivered"))
        await team.notifier.end()


class Outage:
    """A database that answers nothing while it lasts."""

    def __init__(self, database: Database, patch: pytest.MonkeyPatch, *names: str) -> None:
        self.lasts = False
        self.refused = 0
        for name in names or ("reading", "writing", "recording"):
            patch.setattr(database, name, self._asked(getattr(database, name)))

    def _asked(self, original: Callable[[], object]) -> Callable[[], object]:
        def ask() -> object:
            if self.lasts:
                self.refused += 1
                raise DatabaseUnavailableError("It is away.")
            return original()

        return ask


async def test_what_failed_is_tried_again_by_the_same_poller(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poller.notifying.retry_times.FIRST_S", 0.01)
    async with listener(Mood.FAILS) as mail:
        team.tell("mail", mail)
        fires(team.database, team.host, now_ms() - MINUTE)
        team.notifier = Notifier(team.database, team.database, team.share, team.keeper, by_http)
        await team.notifier.step()
        await mail.until(lambda each: each.asked == 3)
        mail.mood = Mood.WELL
        await team.until(team.all_are("delivered"))
        assert len(mail.taken) == 1
        await team.notifier.end()


async def test_what_is_acknowledged_or_silenced_meanwhile_is_heeded_within_seconds(team: Team) -> None:
    async with listener() as mail:
        team.tell("mail", mail)
        fires(team.database, team.host, NOW)
        fires(team.database, team.host, NOW, rule=2)
        await team.at(NOW + SECOND)
        with team.database.writing() as connection:
            first, _ = open_alerts(connection)
            acknowledge(connection, first.id, author="Jo", ts=NOW + 2 * SECOND)
            matchers = [{"label": "alertname", "operator": "=", "value": "Rule2"}]
            add_silence(connection, matchers=matchers, starts_at=NOW, ends_at=NOW + DAY, now_ms=NOW)
        await team.at(NOW + 11 * SECOND)
        assert deliveries(team.database) == []
        await team.notifier.end()


async def test_a_route_that_is_broken_is_named_once_and_the_others_hold(team: Team) -> None:
    async with listener() as mail:
        team.tell("mail", mail)
        with team.database.writing() as connection:
            add_route(connection, name="broken", body={"receivers": 7})
            add_route(connection, name="sound", body={"receivers": ["mail"]})
        fires(team.database, team.host, NOW)
        with capture_logs() as logs:
            for ts in (NOW, NOW + 10 * SECOND, NOW + 20 * SECOND):
                await team.at(ts)
        await team.until(team.all_are("delivered"))
        (told,) = [log["row"] for log in logs if log["event"] == "alerting_row_unusable"]
        assert told.startswith("route broken")
        await team.notifier.end()


async def test_a_server_that_dies_and_comes_back_loses_nothing_and_has_nothing_said_twice(
    postgresql_server: RealPostgresql, postgresql_database: Database
) -> None:
    team = Team(postgresql_database)
    async with listener() as mail:
        team.tell("mail", mail)
        fires(team.database, team.host, NOW)
        await team.at(NOW + 10 * SECOND)
        await team.until(team.all_are("delivered"))
        fires(team.database, team.host, NOW, ended_at=NOW + HOUR)
        with postgresql_server.down(), pytest.raises(DatabaseUnavailableError):
            await team.at(NOW + 2 * HOUR)
        await team.at(NOW + 3 * HOUR)
        await team.until(team.all_are("delivered", "delivered"))
        await team.at(NOW + 4 * HOUR)
        assert [row.reason for row in deliveries(team.database)] == ["first", "all_resolved"]
        assert len(mail.taken) == 2
        await team.notifier.end()
