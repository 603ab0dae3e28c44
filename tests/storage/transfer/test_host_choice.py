"""Which hosts the hosts of a file are."""

from collections.abc import Sequence

import pytest

from storage.errors import InvalidInputError, NotFoundError, WatchpostError
from storage.host import Host
from storage.transfer.host_choice import choose_hosts

NAMES = ("db1", "db2", "서버")
HOSTS = {name: Host(name=name, address=name, id=place, revision=1) for place, name in enumerate(NAMES)}


def chosen(in_file: Sequence[str], *into: str, of: str | None = None) -> dict[str, str]:
    return {name: host.name for name, host in choose_hosts(in_file, HOSTS, into, of).items()}


def test_without_a_host_all_that_the_file_names() -> None:
    assert chosen(["db2", "db1"]) == {"db2": "db2", "db1": "db1"}


def test_a_name_may_be_composed_otherwise() -> None:
    decomposed = "\u1109\u1165\u1107\u1165"
    assert chosen([decomposed]) == {decomposed: "서버"}


def test_a_file_of_one_host_goes_into_the_host_that_is_named() -> None:
    assert chosen(["old"], "db1") == {"old": "db1"}
    assert chosen([""], "db1") == {"": "db1"}


def test_of_several_those_that_are_named_are_taken() -> None:
    assert chosen(["db1", "db2", "x"], "db2") == {"db2": "db2"}
    assert chosen(["db1", "db2", "x"], "db2", "db1") == {"db1": "db1", "db2": "db2"}


def test_one_of_several_may_be_called_otherwise() -> None:
    assert chosen(["old", "x"], "db1", of="old") == {"old": "db1"}


@pytest.mark.parametrize(
    ("in_file", "into", "of", "kind", "said"),
    [
        (["db1", "x"], [], None, NotFoundError, "hosts that are not registered: x."),
        (["db1", ""], [], None, InvalidInputError, "does not say whose"),
        (["db1"], ["db9"], None, NotFoundError, "no host “db9”"),
        (["a", "b"], ["db1"], None, InvalidInputError, "nothing of db1"),
        (["a", "b"], ["db1"], "c", InvalidInputError, "nothing of c"),
        (["a", "b"], [], "a", InvalidInputError, "one --host"),
        (["a", "b"], ["db1", "db2"], "a", InvalidInputError, "one --host"),
        ([f"h{number}" for number in range(9)], [], None, NotFoundError, "h4 and 4 more"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_told_is_said(
    in_file: Sequence[str], into: Sequence[str], of: str | None, kind: type[WatchpostError], said: str
) -> None:
    with pytest.raises(kind, match=said) as caught:
        choose_hosts(in_file, HOSTS, into, of)
    assert caught.value.hint
