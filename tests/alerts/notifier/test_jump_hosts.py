"""Behind which jump host a host is."""

from alerts.notifier.jump_hosts import behind, failed_jump_host
from storage.host import Host


def host(host_id: int, name: str, address: str) -> Host:
    return Host(id=host_id, revision=1, name=name, address=address)


HOSTS = [host(1, "jump", "bastion.example"), host(2, "web", "10.0.0.2"), host(3, "db", "10.0.0.3")]


def test_a_jump_host_has_the_name_that_it_has_in_the_registry() -> None:
    found = behind(HOSTS, {}, {2: "bastion.example", 3: "elsewhere"})
    assert found.ways == {2: "jump", 3: "elsewhere"}
    assert found.failed == {}


def test_what_a_session_blames_counts_before_what_is_configured() -> None:
    found = behind(HOSTS, {2: "Jump host outer: It does not answer.", 3: "It does not answer."}, {2: "jump"})
    assert found.ways == {2: "outer"}
    assert found.failed == {2: "outer"}


def test_a_host_can_not_blame_a_jump_host_in_the_middle_of_its_words() -> None:
    assert failed_jump_host("The host says: Jump host x: no.") == ""
