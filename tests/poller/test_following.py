"""From what the database asks for to what a crew does."""

import asyncio
from collections.abc import Collection, Iterable, Sequence

import pytest

from poller.assignment import Assignment
from poller.crew.crew import KEY_REASONS
from poller.following import Following
from poller.share import Everything
from storage.credentials import add_credential, replace_secret
from storage.database import Database
from storage.host import Host, NewHost
from storage.host_keys import HostKey, KeySource, fingerprint_of, trust_host_key
from storage.host_states import HostStatus, write_host_states
from storage.hosts import add_host, edit_host
from storage.reason import HostState, Reason
from storage.secret_keeper import CredentialKind, KeyringChoice, NewCredential, SecretKeeper
from storage.settings import write_setting
from tests.in_memory import InMemory
from tests.real_sshd import make_key, read_public_key


class Share(Everything):
    """Ours is what it is told."""

    def __init__(self) -> None:
        self.ours: set[str] | None = None
        self.leaving: set[int] = set()
        self.let_go: list[set[int]] = []

    @property
    def mark(self) -> object:  # type: ignore[override]
        return None if self.ours is None else frozenset(self.ours)

    def mine(self, hosts: Sequence[Host]) -> Sequence[Host]:
        return [host for host in hosts if self.ours is None or host.name in self.ours]

    def to_release(self) -> Collection[int]:
        return self.leaving

    async def released(self, host_ids: Collection[int]) -> None:
        self.let_go.append(set(host_ids))
        self.leaving -= set(host_ids)


class Stage:
    """A crew that notes what it is asked, and a recorder that is flushed when it is told."""

    def __init__(self, database: Database) -> None:
        self.share = Share()
        self.followed: list[list[str]] = []
        self.remembered: list[HostStatus] = []
        self.marks: list[object] = []
        self.retried: list[Collection[Reason]] = []
        self.renewed: list[Collection[str]] = []
        self.is_broken = False
        self.is_flushed = True
        self.meanwhile: set[int] = set()
        self.following = Following(
            database,
            self,  # type: ignore[arg-type]
            self.share,
            self._flush,
            None,
            on_renewed=self.renewed.append,
        )

    def remember(self, last_states: Iterable[HostStatus]) -> None:
        self.remembered += last_states

    async def follow(self, mark: object, wanted: Sequence[Assignment]) -> None:
        if self.is_broken:
            raise OSError
        self.marks.append(mark)
        self.followed.append([assignment.host.name for assignment in wanted])
        await asyncio.sleep(0)
        self.share.leaving |= self.meanwhile

    def retry(self, reasons: Collection[Reason]) -> None:
        self.retried.append(reasons)

    async def _flush(self) -> bool:
        return self.is_flushed


@pytest.fixture
def stage(database: Database) -> Stage:
    with database.writing() as connection:
        for name in ("web", "db"):
            add_host(connection, NewHost(name=name, address=name), 0)
    return Stage(database)


async def test_nothing_new_is_said_with_the_same_mark_and_a_change_with_another_one(
    stage: Stage, database: Database
) -> None:
    await stage.following.step()
    await stage.following.step()
    with database.writing() as connection:
        edit_host(connection, "web", {"name": "front"})
    await stage.following.step()
    assert [sorted(names) for names in stage.followed] == [["db", "web"], ["db", "web"], ["db", "front"]]
    assert stage.marks[0] == stage.marks[1] != stage.marks[2]


async def test_another_interval_is_followed(stage: Stage, database: Database) -> None:
    await stage.following.step()
    with database.writing() as connection:
        write_setting(connection, "interval_s", 30.0)
    await stage.following.step()
    assert stage.marks[0] != stage.marks[1]


async def test_only_what_is_ours_is_followed(stage: Stage) -> None:
    stage.share.ours = {"db"}
    await stage.following.step()
    stage.share.ours = {"web"}
    await stage.following.step()
    assert stage.followed == [["db"], ["web"]]


async def test_a_host_that_comes_from_another_poller_goes_on_from_where_that_one_left_it(
    stage: Stage, database: Database
) -> None:
    stage.share.ours = {"db"}
    await stage.following.step()
    left = HostStatus(1, HostState.BLOCKED, Reason.AUTH, "", 1, inventory=None)
    of_ours = HostStatus(2, HostState.UP, None, "", 1, inventory=None)
    with database.writing() as connection:
        write_host_states(connection, [left, of_ours])
    stage.share.ours = {"db", "web"}
    await stage.following.step()
    assert stage.remembered == [left]
    await stage.following.step()
    assert stage.remembered == [left]


async def test_a_host_is_let_go_once_its_session_is_over_and_all_of_it_is_written(stage: Stage) -> None:
    stage.share.leaving = {1}
    stage.is_flushed = False
    await stage.following.step()
    assert stage.share.let_go == []
    stage.is_flushed = True
    await stage.following.step()
    assert stage.share.let_go == [{1}]


async def test_a_host_that_leaves_while_others_are_being_ended_is_let_go_with_the_next_step_alone(stage: Stage) -> None:
    stage.meanwhile = {2}
    await stage.following.step()
    assert stage.share.let_go == []
    stage.meanwhile = set()
    await stage.following.step()
    assert stage.share.let_go == [{2}]


async def test_hosts_refused_for_their_keys_are_tried_again_when_keys_have_changed(
    stage: Stage, database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await stage.following.step()
    trust_web(database, tmp_path_factory)
    await stage.following.step()
    assert stage.retried == [KEY_REASONS]


def trust_web(database: Database, tmp_path_factory: pytest.TempPathFactory) -> None:
    public_key = " ".join(read_public_key(make_key(tmp_path_factory.mktemp("key") / "key")).split()[:2])
    key = HostKey("web", 22, public_key.split()[0], public_key, fingerprint_of(public_key))
    with database.writing() as connection:
        trust_host_key(connection, key, KeySource.PERSON, 0, replace=False)


KEEPER = SecretKeeper(KeyringChoice.SYSTEM, InMemory())


def add_secret(database: Database, name: str) -> None:
    add_credential(database, NewCredential(name, CredentialKind.PASSWORD, "x"), now_ms=1, keeper=KEEPER)


async def test_a_credential_that_is_new_or_has_another_secret_is_told_by_its_name_and_no_other_one(
    stage: Stage, database: Database
) -> None:
    add_secret(database, "office")
    await stage.following.step()
    add_secret(database, "lab")
    await stage.following.step()
    replace_secret(database, "office", "y", now_ms=2, keeper=KEEPER)
    await stage.following.step()
    await stage.following.step()
    assert stage.renewed == [{"lab"}, {"office"}]
    assert stage.retried == []


async def test_what_has_changed_is_acted_on_once_even_when_a_step_fails_before_that(
    stage: Stage, database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await stage.following.step()
    trust_web(database, tmp_path_factory)
    add_secret(database, "office")
    stage.is_broken = True
    with pytest.raises(OSError):  # noqa: PT011 - its own
        await stage.following.step()
    stage.is_broken = False
    await stage.following.step()
    await stage.following.step()
    assert (stage.retried, stage.renewed) == ([KEY_REASONS], [{"office"}])
