"""Hosts that prove themselves by a certificate, and keys that are revoked: judged as the real ssh judges them."""

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import pytest

from poller.failure import SessionError
from poller.ssh.configuration import read_configuration
from poller.ssh.host_key_judgement import judge_host_key
from poller.ssh.host_key_policy import scan
from poller.ssh.known_hosts import keys_from_known_hosts
from poller.ssh.route import open_route
from poller.ssh.settings import SshTarget
from storage.reason import Reason
from tests.host_certificates import sign_host
from tests.real_sshd import ADDRESS, RealSshd, current_user, make_key, read_public_key, running_sshd
from tests.ssh_target import target_of

StartSshd = Callable[..., RealSshd]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_key(tmp_path_factory.mktemp("ca") / "authority")


@pytest.fixture(scope="module")
def certified(authority: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., RealSshd]]:
    """Servers with a certificate each; the same one for the same kind."""
    with ExitStack() as stack:

        @cache
        def start(*options: str, principals: str) -> RealSshd:
            folder = tmp_path_factory.mktemp("certified")
            certificate = sign_host(authority, folder, *options, principals=principals)
            return stack.enter_context(running_sshd(folder, f"HostCertificate {certificate}"))

        yield start


def sign_user(authority: Path, folder: Path) -> tuple[Path, Path]:
    """A key of this user, and its certificate where nobody would look for it."""
    key = make_key(folder / "mine")
    command = ("ssh-keygen", "-q", "-s", authority, "-I", "me", "-n", current_user(), f"{key}.pub")
    subprocess.run(command, check=True)
    return key, Path(f"{key}-cert.pub").rename(folder / "elsewhere.pub")


@dataclass(frozen=True)
class Case:
    """A certificate, what known_hosts says, and whether the host is let in.

    `{place}` is `[address]:port`, `{ca}` the authority's key, `{key}` the host's own, `{other}` somebody else's.
    """

    known_hosts: str
    let_in: bool
    options: tuple[str, ...] = ("-V", "+1d")
    principals: str = ADDRESS
    reason: Reason = Reason.HOST_KEY_UNKNOWN


CASES = {
    "good": Case("@cert-authority {place} {ca}\n", True),
    "by a pattern": Case("@cert-authority 127.0.0.* {ca}\n", True),
    "for everybody": Case("@cert-authority * {ca}\n", True),
    "not for this host": Case("@cert-authority *,!{place},!127.0.0.1 {ca}\n", False),
    "expired": Case("@cert-authority * {ca}\n", False, ("-V", "20200101:20200102")),
    "not yet valid": Case("@cert-authority * {ca}\n", False, ("-V", "20900101:20900102")),
    "for another host": Case("@cert-authority * {ca}\n", False, principals="other.example.com"),
    "for any host": Case("@cert-authority * {ca}\n", True, principals=""),
    "of an authority that nobody knows": Case("@cert-authority * {other}\n", False),
    "expired, but the key is known": Case("@cert-authority * {ca}\n{place} {key}\n", True, ("-V", "20200101:20200102")),
    "expired, and another key is known": Case(
        "@cert-authority * {ca}\n{place} {other}\n",
        False,
        ("-V", "20200101:20200102"),
        reason=Reason.HOST_KEY_CHANGED,
    ),
    "the key has been replaced": Case("@cert-authority * {ca}\n{place} {other}\n", True),
    "a revoked authority": Case(
        "@cert-authority * {ca}\n@cert-authority * {other}\n@revoked * {ca}\n", False, reason=Reason.HOST_KEY_CHANGED
    ),
    "a revoked key": Case("@cert-authority * {ca}\n@revoked * {key}\n", False, reason=Reason.HOST_KEY_CHANGED),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_a_host_with_a_certificate_is_let_in_where_ssh_lets_it_in(
    case: Case, authority: Path, certified: Callable[..., RealSshd], home: Path
) -> None:
    server = certified(*case.options, principals=case.principals)
    known = home / ".ssh/known_hosts"
    words = {
        "place": f"[{ADDRESS}]:{server.port}",
        "ca": read_public_key(authority),
        "key": server.host_key().public_key,
        "other": read_public_key(server.identity),
    }
    known.write_text(case.known_hosts.format_map(words))
    assert await asyncio.to_thread(is_let_in_by_ssh, server, known) is case.let_in
    trusted = keys_from_known_hosts(known, ADDRESS, server.port)
    failure = await failure_of(replace(target_of(server), trusted_keys=trusted))
    assert (failure is None) is case.let_in
    if failure is not None:
        assert failure.reason is case.reason


def is_let_in_by_ssh(server: RealSshd, known_hosts: Path) -> bool:
    options = {
        "UserKnownHostsFile": known_hosts,
        "GlobalKnownHostsFile": "/dev/null",
        "StrictHostKeyChecking": "yes",
        "BatchMode": "yes",
        "IdentityFile": server.identity,
        "UpdateHostKeys": "no",
    }
    said = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
    place = ("-p", str(server.port), f"{current_user()}@{ADDRESS}")
    command = ("ssh", "-F", "none", *said, *place, "true")
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0


async def failure_of(target: SshTarget) -> SessionError | None:
    """How the login fails; None where it does not."""
    try:
        route = await open_route(target, partial(judge_host_key, target.trusted_keys), lambda _: None)
    except SessionError as error:
        return error
    await route.close()
    return None


async def test_the_name_in_a_certificate_may_be_the_alias_of_the_configuration(
    authority: Path, start_sshd: StartSshd, tmp_path: Path, home: Path
) -> None:
    certificate = sign_host(authority, tmp_path / "own", principals="shop")
    server = start_sshd(f"HostCertificate {certificate}")
    (home / ".ssh/known_hosts").write_text(f"@cert-authority shop {read_public_key(authority)}\n")
    (home / ".ssh/config").write_text(f"Host db\n HostName {ADDRESS}\n Port {server.port}\n HostKeyAlias shop\n")
    target = SshTarget("db", username=current_user(), identity_file=server.identity)
    assert await failure_of(target) is None


async def test_a_scan_shows_the_plain_key_of_a_host_with_a_certificate(
    authority: Path, start_sshd: StartSshd, tmp_path: Path, home: Path
) -> None:
    server = start_sshd(f"HostCertificate {sign_host(authority, tmp_path / 'own')}")
    (home / ".ssh/known_hosts").write_text(f"@cert-authority * {read_public_key(authority)}\n")
    assert await scan(SshTarget(ADDRESS, server.port)) == server.host_key()


async def test_a_revoked_key_is_refused_though_it_is_trusted_and_is_not_offered_for_trust(
    sshd: RealSshd, home: Path
) -> None:
    (home / ".ssh/known_hosts").write_text(f"@revoked * {sshd.host_key().public_key}\n")
    failure = await failure_of(target_of(sshd))
    assert failure is not None
    assert failure.reason is Reason.HOST_KEY_CHANGED
    assert "revoked" in failure.message
    assert sshd.host_key().fingerprint in failure.message
    assert failure.host_key is None
    with pytest.raises(SessionError, match="revoked"):
        await scan(SshTarget(ADDRESS, sshd.port))


async def test_a_certificate_of_the_user_logs_in(
    authority: Path, start_sshd: StartSshd, tmp_path: Path, home: Path
) -> None:
    server = start_sshd(f"TrustedUserCAKeys {authority}.pub")
    key, elsewhere = sign_user(authority, tmp_path)
    config = home / ".ssh/config"
    config.write_text(f"IdentityFile {key}\nCertificateFile {elsewhere}\n")
    target = replace(target_of(server), identity_file=None, ssh_config=config)
    assert (await read_configuration(target)).certificate_files == (elsewhere,)
    assert await failure_of(target) is None
    server.await_log("Accepted publickey")
    assert "ED25519-CERT" in server.log()
