"""The hosts of an SSH configuration, as they would be registered."""

from pathlib import Path

import pytest

from fleet.host_sources.candidate import HOSTS_LIMIT, Place
from fleet.host_sources.ssh_config_hosts import read_ssh_config
from storage.errors import InvalidInputError


def test_a_name_goes_in_as_its_own_address(home: Path) -> None:
    (home / ".ssh" / "more").write_text("Host db\n HostName 10.0.0.7\n ProxyJump gate\n")
    (home / ".ssh" / "config").write_text(
        "Include more\nHost web web *.example !no\n HostName 10.0.0.1\n User kim\n Port 23\n"
    )
    db, web = read_ssh_config(Path("~/.ssh/config")).candidates
    assert dict(web.said) == {"name": "web", "address": "web"}
    assert web.also == (Place("10.0.0.1", 23, "kim"),)
    # Behind a jump host, that address says nothing.
    assert (dict(db.said), db.also) == ({"name": "db", "address": "db"}, ())


def test_entries_that_log_in_as_git_are_counted(home: Path) -> None:
    (home / ".ssh" / "config").write_text("Host github.com\n User git\nHost web\n")
    reading = read_ssh_config(home / ".ssh" / "config")
    assert [candidate.name for candidate in reading.candidates] == ["web"]
    assert reading.notes == ("1 entry that logs in as git is left out: it runs no commands.",)


def test_a_configuration_that_is_not_there_is_told(home: Path) -> None:
    with pytest.raises(InvalidInputError, match="cannot be read"):
        read_ssh_config(home / ".ssh" / "config")


def test_more_hosts_than_are_looked_at_are_refused(home: Path) -> None:
    (home / ".ssh" / "config").write_text("Host " + " ".join(f"h{number}" for number in range(HOSTS_LIMIT + 1)))
    with pytest.raises(InvalidInputError, match=str(HOSTS_LIMIT)):
        read_ssh_config(home / ".ssh" / "config")
