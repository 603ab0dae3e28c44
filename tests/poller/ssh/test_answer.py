"""From the words of `ssh -G` to values."""

import getpass
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from poller.failure import SessionError
from poller.ssh.answer import CONNECT_TIMEOUT_LIMIT_S, SshConfiguration, configuration_of, jump_place
from poller.ssh.settings import SshTarget
from storage.reason import Reason


def values_of(**said: list[str]) -> SshConfiguration:
    return configuration_of(SshTarget("Web"), said, {"ciphers": ["a,b"]})


def test_what_is_not_said_is_usual() -> None:
    found = values_of()
    assert (found.host, found.port, found.username) == ("Web", 22, getpass.getuser())
    assert found.authentications == ("publickey", "keyboard-interactive", "password")
    assert found.known_as == "Web"


@pytest.mark.parametrize(
    ("token", "value"),
    [
        ("%%", "%"),
        ("%d", "{home}"),
        ("%h", "10.1.2.3"),
        ("%i", str(os.getuid())),
        ("%j", "last"),
        ("%k", "shop"),
        ("%L", socket.gethostname().partition(".")[0]),
        ("%l", socket.gethostname()),
        ("%n", "Web"),
        ("%p", "2200"),
        ("%r", "alice"),
        ("%u", getpass.getuser()),
    ],
)
def test_tokens_in_paths_stand_for_what_ssh_has_them_stand_for(token: str, value: str, home: Path) -> None:
    found = values_of(
        hostname=["10.1.2.3"],
        port=["2200"],
        user=["alice"],
        hostkeyalias=["shop"],
        proxyjump=["first,u@last:22"],
        identityfile=[f"/x/{token}/y"],
    )
    assert found.identity_files == (Path(f"/x/{value.format(home=home)}/y"),)


def test_the_token_of_all_of_them_is_a_digest() -> None:
    (path,) = values_of(identityfile=["/%C"]).identity_files
    assert len(path.name) == 40


def test_commands_and_jumps_have_their_tokens_too() -> None:
    said = {"hostname": ["10.1.2.3"], "port": ["22"], "user": ["alice"]}
    assert values_of(**said, proxycommand=["nc %h %p # %r %n %%"]).proxy_command == "nc 10.1.2.3 22 # alice Web %"
    assert values_of(**said, proxyjump=["%n-gate,gate"]).proxy_jumps == ("Web-gate", "gate")


@pytest.mark.parametrize(
    "said",
    [
        {"identityfile": ["/%x"]},
        {"identityfile": ["/${NO_SUCH_VARIABLE_HERE}"]},
        {"identityfile": ["~nobody-of-that-name/key"]},
        {"proxycommand": ["nc %d"]},
        {"proxyusefdpass": ["yes"]},
    ],
)
def test_what_cannot_be_used_is_told(said: dict[str, list[str]]) -> None:
    with pytest.raises(SessionError) as caught:
        values_of(**said)
    assert caught.value.reason is Reason.CREDENTIAL


def test_algorithms_count_as_chosen_where_they_are_not_what_everybody_gets() -> None:
    assert values_of(ciphers=["a,b"]).ciphers == ()
    assert values_of(ciphers=["b,a"]).ciphers == ("b", "a")


@pytest.mark.parametrize(
    ("said", "agent"),
    [
        ([], "/run/agent"),
        (["SSH_AUTH_SOCK"], "/run/agent"),
        (["none"], None),
        (["$OTHER"], "/run/other"),
        (["$UNSET_HERE"], None),
        (["/run/%r"], "/run/alice"),
        (["~/agent"], "{home}/agent"),
    ],
)
def test_the_agent_is_the_one_that_is_meant(
    said: list[str], agent: str | None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", "/run/agent")
    monkeypatch.setenv("OTHER", "/run/other")
    assert values_of(user=["alice"], identityagent=said).identity_agent == (agent and agent.format(home=home))


@pytest.mark.parametrize(
    ("said", "methods"),
    [
        ({"passwordauthentication": ["no"]}, ("publickey", "keyboard-interactive")),
        ({"pubkeyauthentication": ["false"]}, ("keyboard-interactive", "password")),
        ({"pubkeyauthentication": ["unbound"]}, ("publickey", "keyboard-interactive", "password")),
        ({"preferredauthentications": ["password,hostbased,publickey"]}, ("password", "publickey")),
        (
            {"preferredauthentications": ["keyboard-interactive"], "kbdinteractiveauthentication": ["no"]},
            (),
        ),
    ],
)
def test_methods_that_were_switched_off_are_not_tried(said: dict[str, Any], methods: tuple[str, ...]) -> None:
    assert values_of(**said).authentications == methods


def test_nobody_waits_for_hours(home: Path) -> None:
    assert values_of(connecttimeout=["86400"]).connect_timeout_s == CONNECT_TIMEOUT_LIMIT_S
    assert values_of(connecttimeout=["none"]).connect_timeout_s is None


@pytest.mark.parametrize(
    ("jump", "place"),
    [
        ("gate", (None, "gate", None)),
        ("bob@gate:2222", ("bob", "gate", 2222)),
        ("ssh://bob@gate:2222", ("bob", "gate", 2222)),
        ("[::1]:33", (None, "::1", 33)),
        ("[::1]", (None, "::1", None)),
        ("::1", (None, "::1", None)),
        ("bob@example.com@gate", ("bob@example.com", "gate", None)),
        (" gate ", (None, "gate", None)),
    ],
)
def test_a_jump_is_taken_apart(jump: str, place: tuple[str | None, str, int | None]) -> None:
    assert jump_place(jump) == place
