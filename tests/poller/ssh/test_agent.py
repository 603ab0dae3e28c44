"""The order of keys, with a real agent."""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from poller.ssh.agent import key_pairs
from poller.ssh.answer import SshConfiguration
from poller.ssh.keys import choose_offer
from poller.ssh.settings import SshTarget
from tests.real_sshd import make_key, running_agent


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("keys")
    return {name: make_key(folder / name) for name in ("one", "two", "other", "file")}


@pytest.fixture(scope="module")
def agent(keys: dict[str, Path]) -> Iterator[str]:
    with running_agent(keys["other"], keys["two"], keys["one"]) as socket:
        yield str(socket)


def certify(key: Path, into: Path) -> Path:
    """A certificate for a key, in a file of its own."""
    authority = into / "authority"
    if not authority.exists():
        make_key(authority)
    public = into / f"{key.name}.pub"
    public.write_bytes(Path(f"{key}.pub").read_bytes())
    subprocess.run(("ssh-keygen", "-q", "-s", authority, "-I", "me", "-n", "root", public), check=True)
    return into / f"{key.name}-cert.pub"


def blob(path: Path) -> bytes:
    return asyncssh.read_public_key(f"{path}.pub").public_data


async def offered(agent: str | None, files: Sequence[Path], **more: Any) -> list[bytes]:  # noqa: ANN401 - any field of it
    configuration = SshConfiguration(
        host="db", username="me", identity_agent=agent, identity_files=tuple(files), **more
    )
    async with key_pairs(choose_offer(SshTarget("db"), configuration), configuration) as pairs:
        return [pair.public_data for pair in pairs]


async def test_named_keys_of_the_agent_come_first_then_its_others_then_files(agent: str, keys: dict[str, Path]) -> None:
    found = await offered(agent, [keys["file"], keys["one"], keys["two"]])
    assert found == [blob(keys[name]) for name in ("one", "two", "other", "file")]


async def test_an_agent_can_be_held_to_the_named_keys(agent: str, keys: dict[str, Path]) -> None:
    found = await offered(agent, [keys["two"], keys["file"]], identities_only=True)
    assert found == [blob(keys["two"]), blob(keys["file"])]


@pytest.mark.parametrize("nobody", [None, "/nonexistent/agent"])
async def test_without_an_agent_the_files_are_offered(nobody: str | None, keys: dict[str, Path]) -> None:
    assert await offered(nobody, [keys["file"]]) == [blob(keys["file"])]
    assert await offered(nobody, []) == []


async def test_a_certificate_goes_with_the_key_that_it_certifies_wherever_that_is(
    agent: str, keys: dict[str, Path], tmp_path: Path
) -> None:
    for holder, name in ((agent, "two"), (None, "file")):
        certificate = certify(keys[name], tmp_path)
        found = await offered(holder, [keys["file"]], certificate_files=(certificate,))
        assert found[0] == asyncssh.read_certificate(certificate).public_data
        assert blob(keys[name]) in found


async def test_a_certificate_of_nobodys_key_or_none_at_all_is_passed_over(
    keys: dict[str, Path], tmp_path: Path
) -> None:
    junk = tmp_path / "junk"
    junk.write_text("ssh-ed25519-cert-v01@openssh.com AAAA\n")
    strangers = certify(make_key(tmp_path / "stranger"), tmp_path)
    assert await offered(None, [keys["file"]], certificate_files=(strangers, junk)) == [blob(keys["file"])]


async def test_kinds_of_keys_that_the_configuration_rules_out_are_not_offered(
    keys: dict[str, Path], tmp_path: Path
) -> None:
    rsa = make_key(tmp_path / "rsa", "rsa")
    files = [keys["file"], rsa]
    assert await offered(None, files, pubkey_algorithms=("rsa-sha2-512",)) == [blob(rsa)]
    assert await offered(None, files, pubkey_algorithms=("ssh-ed25519",)) == [blob(keys["file"])]
    certificate = certify(keys["file"], tmp_path)
    only_plain = await offered(
        None, [keys["file"]], certificate_files=(certificate,), pubkey_algorithms=("ssh-ed25519",)
    )
    assert only_plain == [blob(keys["file"])]
