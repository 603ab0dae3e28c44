"""Asking the real `ssh -G`."""

import os
import signal
from pathlib import Path

import pytest

from poller.failure import SessionError
from poller.ssh.openssh_client import Question, UnusableClientError, ask_ssh, defaults_of_ssh
from storage.reason import Reason
from tests.eventually import eventually


def config(tmp_path: Path, text: str) -> str:
    file = tmp_path / "config"
    file.write_text(text)
    return str(file)


def refusal(question: Question, deadline_s: float = 10) -> SessionError:
    with pytest.raises(SessionError) as caught:
        ask_ssh(question, deadline_s)
    return caught.value


def test_what_is_asked_comes_as_keywords_with_their_values(tmp_path: Path) -> None:
    file = config(tmp_path, "Host db\n IdentityFile /one\n IdentityFile /two\n ProxyCommand a  b  c\n")
    answers = ask_ssh(Question("db", 2200, "bob", file))
    assert (answers["hostname"], answers["port"], answers["user"]) == (["db"], ["2200"], ["bob"])
    assert answers["identityfile"] == ["/one", "/two"]
    assert answers["proxycommand"] == ["a  b  c"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Host *\n Prot 22\n", "line 2: Bad configuration option: prot"),
        ("Host *\n Port none of yours\n", "line 2: "),
        ("Ciphers rot13\n", "line 1: Bad SSH2 cipher spec"),
    ],
)
def test_what_ssh_refuses_is_told_in_its_words(tmp_path: Path, text: str, complaint: str) -> None:
    failure = refusal(Question("db", file=config(tmp_path, text)))
    assert failure.reason is Reason.CREDENTIAL
    assert complaint in failure.message


def test_a_complaint_cannot_do_harm_on_a_terminal(tmp_path: Path) -> None:
    failure = refusal(Question("db", file=config(tmp_path, "Host *\n \033[31mPort" + "x" * 5000 + " 22\n")))
    assert "\033" not in failure.message
    assert len(failure.message) < 500


def test_a_name_that_must_resolve_and_does_not_is_dns(tmp_path: Path) -> None:
    text = "CanonicalizeHostname yes\nCanonicalDomains invalid\nCanonicalizeFallbackLocal no\n"
    assert refusal(Question("db", file=config(tmp_path, text))).reason is Reason.DNS


def test_a_command_that_hangs_is_ended_and_told(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    file = config(tmp_path, f'Match exec "echo $$ > {pid}; sleep 60"\n Port 1\n')
    failure = refusal(Question("db", file=file), 0.5)
    assert failure.reason is Reason.CREDENTIAL
    assert "Match exec" in failure.hint
    eventually(lambda: not Path("/proc", pid.read_text().strip()).exists())


def test_what_a_command_leaves_running_is_not_waited_for(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    file = config(tmp_path, f'Match exec "sleep 60 & echo $! > {pid}"\n Port 1\n')
    assert ask_ssh(Question("db", file=file))["port"] == ["1"]
    os.kill(int(pid.read_text()), signal.SIGKILL)


@pytest.mark.parametrize("address", ["-oProxyCommand=id", "-F", "--"])
def test_an_address_cannot_pass_for_an_option(address: str) -> None:
    with pytest.raises(UnusableClientError):
        ask_ssh(Question(address))


def test_a_strange_address_is_asked_about_as_such(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    refusal(Question(f"$(touch {marker})", file="none"))
    assert not marker.exists()


def test_where_there_is_no_ssh_it_cannot_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(UnusableClientError):
        ask_ssh(Question("db", file="none"))


def test_an_ssh_that_does_not_run_at_all_is_as_good_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "bin/ssh"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\necho Illegal instruction >&2\nexit 132\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken.parent}:/usr/bin:/bin")
    defaults_of_ssh.cache_clear()
    with pytest.raises(UnusableClientError):
        ask_ssh(Question("db", file=config(tmp_path, "Port 22\n")))


def test_what_is_usual_is_known() -> None:
    assert defaults_of_ssh()["port"] == ["22"]
