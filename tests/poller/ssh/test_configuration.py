"""What the SSH configuration makes of a target: `ssh -G` is asked, and the parser without it says the same."""

import asyncio
import getpass
import os
import pwd
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from poller.failure import SessionError
from poller.ssh import configuration as ssh_configuration
from poller.ssh.answer import Answers, SshConfiguration
from poller.ssh.config_files import ConfigFiles
from poller.ssh.configuration import KEPT_FLEETING_S, KEPT_S, AnswerBook, read_configuration
from poller.ssh.openssh_client import Question, ask_ssh
from poller.ssh.settings import SshTarget
from storage.reason import Reason

SETTLED = ConfigFiles(frozenset(), fleeting=False, same_for_all=False)

Configure = Callable[[str], Path]


@pytest.fixture
def configure(tmp_path: Path) -> Configure:
    """Writes a configuration file."""

    def write(text: str) -> Path:
        file = tmp_path / "config"
        file.write_text(text)
        return file

    return write


async def read(file: Path, address: str = "db", **more: Any) -> SshConfiguration:  # noqa: ANN401 - any field of it
    return await read_configuration(SshTarget(address, ssh_config=file, **more))


async def read_without_ssh(file: Path, address: str = "db", **more: Any) -> SshConfiguration:  # noqa: ANN401 - any field of it
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "/nonexistent")
        patch.setattr(ssh_configuration, "_book", AnswerBook(ask_ssh))
        return await read(file, address, **more)


def said_by_ssh(file: Path, *arguments: str) -> dict[str, list[str]]:
    command = ("ssh", "-G", "-T", "-F", str(file), *arguments)
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    said: dict[str, list[str]] = {}
    for line in lines:
        keyword, _, value = line.partition(" ")
        said.setdefault(keyword, []).append(value)
    return said


async def test_every_answer_is_the_one_of_ssh(configure: Configure) -> None:
    file = configure(
        "Match originalhost db exec true\n HostName 10.1.2.3\n Port 2200\n User alice\n"
        "Host db\n IdentityFile /keys/one\n IdentityFile /keys/%r@%h\n CertificateFile /keys/one-cert.pub\n"
        " IdentityAgent /run/agent\n IdentitiesOnly yes\n ProxyJump a,bob@b:2222,[::1]:33\n HostKeyAlias shop\n"
        " UserKnownHostsFile /k/one /k/two\n GlobalKnownHostsFile /k/three\n AddressFamily inet\n"
        " BindAddress 127.0.0.1\n ConnectTimeout 30\n Compression yes\n Ciphers ^aes256-ctr\n KexAlgorithms -ecdh*\n"
        " MACs +hmac-md5\n HostKeyAlgorithms ssh-ed25519\n PubkeyAcceptedAlgorithms ssh-ed25519,rsa-sha2-512\n"
        " PreferredAuthentications password,publickey\n"
    )
    said, found = said_by_ssh(file, "db"), await read(file)
    assert [found.host, str(found.port), found.username] == [said[key][0] for key in ("hostname", "port", "user")]
    assert [str(path) for path in found.identity_files] == ["/keys/one", "/keys/alice@10.1.2.3"]
    assert [str(path) for path in found.certificate_files] == said["certificatefile"]
    assert [found.identity_agent, found.host_key_alias] == [said[key][0] for key in ("identityagent", "hostkeyalias")]
    assert ",".join(found.proxy_jumps) == said["proxyjump"][0]
    assert " ".join(map(str, found.user_known_hosts)) == said["userknownhostsfile"][0]
    assert " ".join(map(str, found.global_known_hosts)) == said["globalknownhostsfile"][0]
    assert [found.address_family, found.bind_address] == [said[key][0] for key in ("addressfamily", "bindaddress")]
    assert found.connect_timeout_s == float(said["connecttimeout"][0])
    assert (found.compression, found.identities_only) == (True, True)
    lists = {
        "ciphers": found.ciphers,
        "kexalgorithms": found.kex_algorithms,
        "macs": found.macs,
        "hostkeyalgorithms": found.host_key_algorithms,
        "pubkeyacceptedalgorithms": found.pubkey_algorithms,
    }
    assert {key: ",".join(names) for key, names in lists.items()} == {key: said[key][0] for key in lists}
    assert found.authentications == ("password", "publickey")


async def test_where_nothing_is_said_nothing_is_chosen(configure: Configure, home: Path) -> None:
    found = await read(configure("# nothing\n"), "DB")
    assert found == SshConfiguration(
        host="db",
        username=getpass.getuser(),
        identity_files=tuple(home / ".ssh" / name for name in ("id_ed25519", "id_ecdsa", "id_rsa")),
        user_known_hosts=(home / ".ssh/known_hosts", home / ".ssh/known_hosts2"),
        global_known_hosts=(Path("/etc/ssh/ssh_known_hosts"), Path("/etc/ssh/ssh_known_hosts2")),
    )


async def test_what_was_registered_wins_and_is_what_the_configuration_matches_on(configure: Configure) -> None:
    file = configure("Host db\n User alice\n Port 2200\nMatch user bob\n HostKeyAlias of-bob\n")
    found = await read(file, port=22, username="bob")
    assert (found.port, found.username, found.host_key_alias) == (22, "bob", "of-bob")


async def test_the_usual_file_is_read_where_it_is_there(home: Path) -> None:
    assert (await read_configuration(SshTarget("db"))).host == "db"
    (home / ".ssh/config").write_text("Host db\n HostName 10.1.2.3\n")
    assert (await read_configuration(SshTarget("db"))).host == "10.1.2.3"
    assert (await read_configuration(SshTarget("db", ssh_config=None))).host == "db"


async def test_a_change_of_an_included_file_is_noticed_at_once(configure: Configure, tmp_path: Path) -> None:
    included = tmp_path / "more"
    included.write_text("Host db\n Port 1\n")
    file = configure(f"Include {included}\n")
    assert (await read(file)).port == 1
    included.write_text("Host db\n Port 22022\n")
    assert (await read(file)).port == 22022


async def test_a_path_that_ssh_would_complete_is_complete(
    configure: Configure, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHPOST_TEST_KEYS", "/run/keys")
    file = configure('IdentityFile "~/a b"\n IdentityFile ${WATCHPOST_TEST_KEYS}/%u\nUserKnownHostsFile /x y /z\n')
    found = await read(file)
    assert found.identity_files == (home / "a b", Path("/run/keys", getpass.getuser()))
    assert found.user_known_hosts == (Path("/x y"), Path("/z"))


async def test_a_configuration_that_ssh_refuses_is_told_in_its_words(configure: Configure) -> None:
    with pytest.raises(SessionError) as caught:
        await read(configure("Host *\n Port 22\n Prot 22\n"))
    assert caught.value.reason is Reason.CREDENTIAL
    assert "line 3: Bad configuration option: prot" in caught.value.message


async def test_without_ssh_its_absence_is_not_felt_where_the_file_is_plain(configure: Configure) -> None:
    file = configure("Host db\n HostName 10.1.2.3\n User alice\n")
    assert await read_without_ssh(file) == await read(file)


async def test_without_ssh_a_broken_configuration_is_told_too(configure: Configure) -> None:
    with pytest.raises(SessionError) as caught:
        await read_without_ssh(configure("Host *\n Port twentytwo\n"))
    assert caught.value.reason is Reason.CREDENTIAL
    assert "line 2" in caught.value.message


SAME = {
    "patterns": "Host d? !x\n Port 1\nHost d* !db\n Port 2\nHost d*\n Port 3\n",
    "the first one holds": "Host db\n Port 1\n Port 2\nHost *\n Port 3\n User u\n",
    "Include": "Include {folder}/*.conf\nHost *\n Port 9\n",
    "Match host, after HostName": "Host db\n HostName web\nMatch host web\n Port 1\n",
    "Match originalhost": "Host db\n HostName web\nMatch originalhost db\n Port 1\nMatch originalhost web\n Port 2\n",
    "Match user": "Match user bob\n Port 1\nMatch !user bob\n Port 2\n",
    "Match localuser": "Match localuser {me}\n Port 1\n",
    "Match exec": "Match exec true\n Port 1\nMatch exec false\n Port 2\n",
    "Match all": "Match all\n Port 1\n",
    "Match final": "Match final host web\n Port 1\nHost db\n HostName web\n",
    "several conditions": "Match originalhost db !exec false\n Port 1\n",
    "equals signs and quotes": 'Host "db"\n Port=1\n User = "bob"\n IdentityFile "/keys/of me"\n',
    "HostName with %h": "Host db\n HostName %h.example.com\n",
    "several keys": "Host *\n IdentityFile /a\n IdentityFile ~/.ssh/b\nHost db\n IdentityFile %d/%h/%p/%r/%n\n",
    "no keys": "IdentityFile none\n",
    "certificates": "CertificateFile ~/.ssh/a-cert.pub\nCertificateFile /b\n",
    "agents": "IdentityAgent ~/agent\nIdentitiesOnly yes\n",
    "an agent of the environment": "IdentityAgent SSH_AUTH_SOCK\n",
    "an agent by variable": "IdentityAgent $OTHER_AGENT\n",
    "no agent": "IdentityAgent none\n",
    "jumps": "ProxyJump a,bob@b:2222\n",
    "no jump": "Host db\n ProxyJump none\nHost *\n ProxyJump gate\n",
    "a proxy command": "ProxyCommand nc -X 5 %h %p 2>/dev/null\n",
    "no proxy command": "Host db\n ProxyCommand none\nHost *\n ProxyCommand nc %h %p\n",
    "known hosts": "UserKnownHostsFile /a ~/b\nGlobalKnownHostsFile none\nHostKeyAlias shop\n",
    "addresses": "AddressFamily inet6\nBindAddress ::1\n",
    "time and compression": "ConnectTimeout 20\nCompression yes\n",
    "methods": "PreferredAuthentications password,gssapi-with-mic,publickey\nPasswordAuthentication no\n",
    "a list of algorithms": "Ciphers aes256-ctr,aes128-ctr\nMACs hmac-sha2-256\nHostKeyAlgorithms ssh-ed25519\n",
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
async def test_without_ssh_the_same_is_found(
    configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    # ssh takes it from there, whatever HOME says.
    monkeypatch.setenv("HOME", pwd.getpwuid(os.getuid()).pw_dir)
    monkeypatch.setenv("SSH_AUTH_SOCK", "/run/agent")
    monkeypatch.setenv("OTHER_AGENT", "/run/other")
    (tmp_path / "a.conf").write_text("Host nobody\n Port 1\nHost db\n Port 5\n")
    file = configure(text.replace("{folder}", str(tmp_path)).replace("{me}", getpass.getuser()))
    assert await read_without_ssh(file) == await read(file)


# What asyncssh's parser does otherwise. Where one of these comes to agree, it goes to the table above.
DIFFERENT = {
    "a comma in a Host line is a space": "Host x,db\n Port 1\n",
    "names are not completed": "CanonicalizeHostname yes\nCanonicalDomains localdomain\nCanonicalizeFallbackLocal yes\n"
    "Match canonical\n Port 1\n",
    "an unknown word is passed over": "Prot 22\nHost db\n Port 1\n",
    "a time is seconds": "ConnectTimeout 1m\n",
    "algorithms that are added are added to asyncssh's": "Ciphers +aes128-cbc\n",
    "PubkeyAcceptedAlgorithms": "PubkeyAcceptedAlgorithms ssh-ed25519\n",
}


@pytest.mark.parametrize("text", DIFFERENT.values(), ids=DIFFERENT)
async def test_without_ssh_this_is_known_to_be_different(configure: Configure, text: str) -> None:
    file = configure(text)
    found: list[SshConfiguration | Reason] = []
    for reading in (read, read_without_ssh):
        try:
            found.append(await reading(file))
        except SessionError as error:
            found.append(error.reason)
    assert found[0] != found[1]


# How long an answer is kept.


class Asked:
    """Stands for ssh, and counts."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.now = 0.0
        self.book = AnswerBook(self._answer, lambda: self.now)

    def _answer(self, question: Question) -> dict[str, list[str]]:
        self.questions.append(question)
        return {"hostname": [question.address]}


def test_an_answer_is_asked_for_once_as_long_as_its_files_stay_the_same() -> None:
    asked, question = Asked(), Question("db")
    changed = replace(SETTLED, signature=frozenset({("config", 1, 2, 3)}))
    for files, now, times in ((SETTLED, 0, 1), (SETTLED, KEPT_S - 1, 1), (SETTLED, KEPT_S, 2), (changed, KEPT_S, 3)):
        asked.now = now
        asked.book.answer(question, files)
        assert len(asked.questions) == times


def test_an_answer_in_which_a_command_had_a_say_is_kept_for_one_attempt() -> None:
    asked, fleeting = Asked(), replace(SETTLED, fleeting=True, same_for_all=True)
    for now, times in ((0, 1), (KEPT_FLEETING_S - 1, 1), (KEPT_FLEETING_S, 2)):
        asked.now = now
        asked.book.answer(Question("db"), fleeting)
        assert len(asked.questions) == times


def test_hosts_between_which_the_configuration_makes_no_difference_are_one_question() -> None:
    asked, same = Asked(), replace(SETTLED, same_for_all=True)
    for name in ("db", "web"):
        asked.book.answer(Question(name, 22, "alice", "file"), same)
    asked.book.answer(Question("db", file="other"), same)
    assert len(asked.questions) == 2
    assert "alice" not in repr(asked.questions)


def test_a_failure_is_not_kept() -> None:
    failures = iter([SessionError(Reason.CREDENTIAL)])

    def answer(question: Question) -> dict[str, list[str]]:
        for failure in failures:
            raise failure
        return {}

    book = AnswerBook(answer)
    with pytest.raises(SessionError):
        book.answer(Question("db"), SETTLED)
    assert book.answer(Question("db"), SETTLED) == {}


async def test_a_thousand_hosts_at_once_start_few_processes_where_nothing_tells_them_apart(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions: list[Question] = []

    def ask(question: Question) -> Answers:
        questions.append(question)
        return ask_ssh(question)

    monkeypatch.setattr(ssh_configuration, "_book", AnswerBook(ask))
    file = configure("Host *\n User alice\n Port 2222\n")
    found = await asyncio.gather(*(read(file, f"Host{number}") for number in range(1000)))
    assert [answer.host for answer in found] == [f"host{number}" for number in range(1000)]
    assert {(answer.username, answer.port) for answer in found} == {("alice", 2222)}
    # As many as ask at the same moment, before the first has its answer.
    assert len(questions) <= 4
