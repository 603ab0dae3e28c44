"""What `status` reads, and from where."""

import time
from pathlib import Path

import pytest

from alerts.thresholds import DEFAULTS
from fleet.reading import Health
from storage.database import Database
from storage.errors import NotFoundError
from storage.host import NewHost
from storage.host_keys import KeySource, trust_host_key
from storage.hosts import add_host, edit_host
from storage.reason import HostState, Reason
from storage.secret_keeper import KeyringChoice, SecretKeeper
from tests.fleet.sample_fleet import Machine, record, register
from tests.no_secrets import NoSecrets
from tests.real_sshd import RealSshd, current_user, free_port
from watchpost.status_reading import Question, Report, Source, read_status


def keeper(_: Database) -> SecretKeeper:
    return SecretKeeper(KeyringChoice.SYSTEM, NoSecrets())


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def ask(database: Database | None, name: str | None = None) -> list[Report]:
    question = Question(name=name, thresholds=DEFAULTS, sample_s=0.2, now_ms=now_ms())
    return read_status(question, database, keeper)


def add_over_ssh(database: Database, sshd: RealSshd, *, trusted: bool = True) -> None:
    host = NewHost(
        name="web", address=sshd.address, port=sshd.port, username=current_user(), identity_file=str(sshd.identity)
    )
    with database.writing() as connection:
        add_host(connection, host, 0)
        if trusted:
            trust_host_key(connection, sshd.host_key(), KeySource.PERSON, 0, replace=False)


def test_a_newcomers_first_question_is_about_this_machine() -> None:
    (report,) = ask(None)
    assert report.reading.name == "localhost"
    assert report.source is Source.ONE_SHOT
    assert report.reading.current
    assert report.inventory is not None


def test_this_machine_can_be_named_also_without_a_registered_host(database: Database) -> None:
    assert [report.reading.name for report in ask(database, "localhost")] == ["localhost"]
    assert [report.reading.name for report in ask(database)] == ["localhost"]


def test_what_a_poller_has_just_read_is_not_read_again(database: Database) -> None:
    now = now_ms()
    hosts = register(database, ["web-10", "web-2"], now_ms=now)
    for host in hosts.values():
        record(database, Machine(name=host.name, memory=90), host, start=now - 30_000, end=now)
    reports = ask(database)
    assert [report.reading.name for report in reports] == ["web-2", "web-10"]
    assert {report.source for report in reports} == {Source.DATABASE}
    assert {report.reading.health for report in reports} == {Health.WARNING}
    assert reports[0].values
    assert reports[0].inventory is not None


def test_an_old_reading_is_taken_anew(database: Database) -> None:
    now = now_ms()
    hosts = register(database, ["here"], now_ms=now, polled=False)
    record(database, Machine(name="here"), hosts["here"], start=now - 90_000, end=now - 60_000)
    (report,) = ask(database)
    assert report.source is Source.ONE_SHOT
    assert report.reading.current
    assert report.reading.host_id == hosts["here"].id


def test_a_host_is_read_over_ssh(database: Database, sshd: RealSshd) -> None:
    add_over_ssh(database, sshd)
    (report,) = ask(database, "web")
    assert report.reading.current, report.reading.detail
    assert report.source is Source.ONE_SHOT
    assert report.reading.headline.cpu_percent is not None


def test_an_untrusted_host_key_blocks_and_says_what_to_do(database: Database, sshd: RealSshd) -> None:
    add_over_ssh(database, sshd, trusted=False)
    (report,) = ask(database, "web")
    assert (report.reading.health, report.reading.reason) == (Health.BLOCKED, Reason.HOST_KEY_UNKNOWN)
    assert "fingerprint" in report.hint


def test_one_dead_host_does_not_keep_the_others_from_being_read(database: Database, sshd: RealSshd) -> None:
    add_over_ssh(database, sshd)
    with database.writing() as connection:
        add_host(connection, NewHost(name="dead", address="127.0.0.1", port=free_port()), 0)
        key = sshd.host_key()
        trust_host_key(connection, key, KeySource.PERSON, 0, replace=False)
    dead, web = ask(database)
    assert (dead.reading.health, dead.reading.reason) == (Health.UNREACHABLE, Reason.REFUSED)
    assert web.reading.current


def test_an_address_whose_key_is_trusted_needs_no_registration(home: Path, sshd: RealSshd) -> None:
    (home / ".ssh" / "known_hosts").write_text(f"[{sshd.address}]:{sshd.port} {sshd.host_key().public_key}\n")
    (home / ".ssh" / "config").write_text(f"Host *\n  IdentityFile {sshd.identity}\n")
    name = f"{current_user()}@{sshd.address}:{sshd.port}"
    (report,) = ask(None, name)
    assert report.reading.name == name
    assert report.reading.current, report.reading.detail
    assert report.reading.host_id is None


def test_a_name_that_nobody_knows_is_refused_with_similar_ones(database: Database) -> None:
    register(database, ["web-1"], now_ms=now_ms())
    with pytest.raises(NotFoundError, match="web-l") as refused:
        ask(database, "web-l")
    assert "web-1" in refused.value.hint
    with pytest.raises(NotFoundError) as refused:
        ask(None, "root@10.0.0.7")
    assert "hosts add" in refused.value.hint


@pytest.mark.parametrize(
    ("state", "reason", "health"),
    [
        (HostState.UNREACHABLE, Reason.TIMEOUT, Health.UNREACHABLE),
        (HostState.BLOCKED, Reason.AUTH, Health.BLOCKED),
    ],
)
def test_what_a_living_poller_cannot_reach_is_not_tried_again(
    database: Database, state: HostState, reason: Reason, health: Health
) -> None:
    now = now_ms()
    hosts = register(database, ["here"], now_ms=now)
    record(database, Machine(name="here"), hosts["here"], start=now, end=now, state=state, reason=reason)
    (report,) = ask(database)
    assert (report.source, report.reading.health) == (Source.DATABASE, health)
    assert report.hint


def test_a_block_that_a_dead_poller_left_is_respected_unless_the_host_is_named(database: Database) -> None:
    now = now_ms()
    hosts = register(database, ["here"], now_ms=now, polled=False)
    record(
        database, Machine(name="here"), hosts["here"], start=now, end=now, state=HostState.BLOCKED, reason=Reason.AUTH
    )
    assert ask(database)[0].reading.health is Health.BLOCKED
    assert ask(database, "here")[0].reading.current


def test_a_host_that_is_switched_off_is_only_read_when_it_is_named(database: Database) -> None:
    register(database, ["here", "off"], now_ms=now_ms(), polled=False)
    with database.writing() as connection:
        edit_host(connection, "off", {"enabled": False})
    assert [report.reading.name for report in ask(database)] == ["here"]
    (report,) = ask(database, "off")
    assert report.reading.current
