"""Which hosts a request to try again means."""

from typing import Any

import pytest

from poller.host_retry import HostRetry, chosen_hosts
from storage.credentials import add_credential
from storage.database import Database
from storage.errors import InvalidInputError
from storage.host import Host, NewHost
from storage.host_states import HostStatus, write_host_states
from storage.hosts import add_host
from storage.reason import HostState, Reason
from storage.requests import Request, RequestKind, RequestState
from storage.secret_keeper import CredentialKind, KeyringChoice, NewCredential, SecretKeeper
from tests.in_memory import InMemory

HOSTS = [
    Host(id=1, name="a", address="a", revision=1, credential="office"),
    Host(id=2, name="b", address="b", revision=1),
    Host(id=3, name="c", address="c", revision=1, credential="office"),
]


@pytest.mark.parametrize(
    ("payload", "ids"),
    [
        ({"all": True}, [1, 2, 3]),
        ({"credential": "office"}, [1, 3]),
        ({"credential": "other"}, []),
        ({"host_ids": [2, 4711, "x", None]}, [2]),
    ],
    ids=["all", "credential", "another credential", "ids"],
)
def test_all_or_by_credential_or_by_id(payload: dict[str, Any], ids: list[int]) -> None:
    assert [host.id for host in chosen_hosts(HOSTS, payload)] == ids


@pytest.mark.parametrize(
    "payload",
    [{}, {"all": "yes"}, {"credential": 7}, {"host_ids": "1"}, {"host": {}}],
    ids=["nothing", "all as text", "credential as number", "ids as text", "a host"],
)
def test_what_says_nothing_of_that_is_refused(payload: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        chosen_hosts(HOSTS, payload)


async def test_those_that_are_up_or_switched_off_or_new_are_not_counted(database: Database) -> None:
    keeper = SecretKeeper(KeyringChoice.SYSTEM, InMemory())
    add_credential(database, NewCredential("office", CredentialKind.PASSWORD, "x"), now_ms=1, keeper=keeper)
    with database.writing() as connection:
        up, down, off, _ = (
            add_host(connection, NewHost(name=name, address=name, enabled=name != "off"), 1)
            for name in ("up", "down", "off", "new")
        )
        states = (
            (up, HostState.UP, None),
            (down, HostState.BLOCKED, Reason.AUTH),
            (off, HostState.BLOCKED, Reason.AUTH),
        )
        write_host_states(
            connection, [HostStatus(host.id, state, reason, "", 1, None) for host, state, reason in states]
        )
    tried: list[int] = []
    request = Request(1, RequestKind.RETRY_HOSTS, {"all": True}, RequestState.RUNNING, (), None, 1, None)
    assert await HostRetry(database, tried.extend).answer(request) == {"hosts": 1}
    assert tried == [down.id]


class Unsearchable(list[Any]):
    """Ten thousand ids, looked through for each of ten thousand hosts, are a hundred million looks."""

    def __contains__(self, _: object) -> bool:
        raise AssertionError


def test_ids_are_not_searched_for_every_host_and_need_not_be_ids() -> None:
    payload = {"host_ids": Unsearchable([2, 3, {}, [1], "1"])}
    assert [host.id for host in chosen_hosts(HOSTS, payload)] == [2, 3]
