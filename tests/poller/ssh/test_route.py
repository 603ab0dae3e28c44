"""The way to a host as the SSH configuration describes it, over real servers."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from poller.failure import SessionError
from poller.ssh.host_key_judgement import judge_host_key
from poller.ssh.route import SshRoute, open_route
from poller.ssh.settings import SshTarget
from storage.connection_step import Step
from storage.reason import Reason
from tests.host_certificates import sign_host
from tests.real_sshd import ADDRESS, RealSshd, current_user, make_key, read_public_key
from tests.ssh_target import target_of

StartSshd = Callable[..., RealSshd]

RELAY = """\
import os, socket, sys, threading
sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
def back():
    for data in iter(lambda: sock.recv(65536), b""):
        os.write(1, data)
threading.Thread(target=back, daemon=True).start()
for data in iter(lambda: os.read(0, 65536), b""):
    sock.sendall(data)
"""


async def route_to(target: SshTarget, steps: list[Step] | None = None) -> SshRoute:
    judge = partial(judge_host_key, target.trusted_keys)
    return await open_route(target, judge, lambda step: steps.append(step) if steps is not None else None)


async def failure_of(target: SshTarget) -> SessionError:
    with pytest.raises(SessionError) as caught:
        await route_to(target)
    return caught.value


def behind(host: RealSshd, jump: RealSshd, home: Path, *more: str) -> SshTarget:
    """A host that the configuration puts behind a jump host; both let the same key in."""
    host.allow(jump.identity)
    (home / ".ssh/config").write_text(
        f"Host gate\n HostName {ADDRESS}\n Port {jump.port}\n User {current_user()}\n"
        f"Host db\n HostName {ADDRESS}\n Port {host.port}\n User {current_user()}\n ProxyJump gate\n"
        f"Host *\n IdentityFile {jump.identity}\n" + "".join(f" {line}\n" for line in more)
    )
    return SshTarget("db", trusted_keys=[host.host_key()])


def know(home: Path, server: RealSshd) -> None:
    """Puts a server into the user's known_hosts."""
    with (home / ".ssh/known_hosts").open("a") as file:
        file.write(f"[{ADDRESS}]:{server.port} {server.host_key().public_key}\n")


async def test_a_host_behind_a_jump_host_is_reached_through_it(
    sshd: RealSshd, start_sshd: StartSshd, home: Path
) -> None:
    jump = start_sshd()
    know(home, jump)
    steps: list[Step] = []
    route = await route_to(behind(sshd, jump, home), steps)
    assert len(route.connections) == 2
    assert list(dict.fromkeys(steps)) == [Step.NAME, Step.TCP, Step.HOST_KEY, Step.LOGIN]
    assert (await route.host.run("echo hello")).stdout == "hello\n"
    await route.close()
    jump.await_log("Disconnected from")


async def test_a_jump_host_may_be_in_another_known_hosts_file_that_the_configuration_names(
    sshd: RealSshd, start_sshd: StartSshd, home: Path
) -> None:
    jump = start_sshd()
    know(home, jump)
    elsewhere = (home / ".ssh/known_hosts").rename(home / "elsewhere")
    await (await route_to(behind(sshd, jump, home, f"UserKnownHostsFile {elsewhere}"))).close()


async def test_several_jump_hosts_are_passed_in_order(sshd: RealSshd, start_sshd: StartSshd, home: Path) -> None:
    first, second = start_sshd(name="first"), start_sshd(name="second")
    second.allow(first.identity)
    for server in (first, second):
        know(home, server)
    target = behind(sshd, first, home)
    config = home / ".ssh/config"
    user = current_user()
    config.write_text(config.read_text().replace("ProxyJump gate", f"ProxyJump gate,{user}@{ADDRESS}:{second.port}"))
    route = await route_to(target)
    assert len(route.connections) == 3
    await route.close()
    second.await_log("Accepted publickey")


async def test_the_hosts_own_key_is_judged_behind_a_jump_host_too(
    sshd: RealSshd, start_sshd: StartSshd, home: Path
) -> None:
    jump = start_sshd()
    know(home, jump)
    failure = await failure_of(replace(behind(sshd, jump, home), trusted_keys=()))
    assert failure.reason is Reason.HOST_KEY_UNKNOWN
    assert failure.host_key is not None
    assert failure.host_key.public_key == sshd.host_key().public_key


@pytest.mark.parametrize("more", [(), ("UserKnownHostsFile none", "StrictHostKeyChecking no")])
async def test_an_unknown_jump_host_is_refused_whatever_the_configuration_says(
    sshd: RealSshd, start_sshd: StartSshd, home: Path, more: tuple[str, ...]
) -> None:
    failure = await failure_of(behind(sshd, start_sshd(), home, *more))
    assert failure.reason is Reason.HOST_KEY_UNKNOWN
    assert failure.message.startswith("Jump host gate: ")
    assert "ssh gate" in failure.hint
    # It is not the host's key, and must not be offered as such.
    assert failure.host_key is None


async def test_a_jump_host_that_cannot_be_reached_is_named(sshd: RealSshd, start_sshd: StartSshd, home: Path) -> None:
    jump = start_sshd()
    know(home, jump)
    target = behind(sshd, jump, home)
    jump.stop()
    failure = await failure_of(target)
    assert failure.reason is Reason.REFUSED
    assert failure.message.startswith("Jump host gate: ")


async def test_a_host_that_its_jump_host_cannot_reach_has_failed_and_nothing_stays_open(
    start_sshd: StartSshd, home: Path
) -> None:
    jump, host = start_sshd(name="jump"), start_sshd(name="host")
    know(home, jump)
    target = behind(host, jump, home)
    host.stop()
    failure = await failure_of(target)
    assert failure.reason is Reason.REFUSED
    assert "jump host" in failure.message
    jump.await_log("Disconnected from")


async def test_a_jump_host_that_forwards_nothing_gives_no_route(
    sshd: RealSshd, start_sshd: StartSshd, home: Path
) -> None:
    jump = start_sshd("AllowTcpForwarding no")
    know(home, jump)
    assert (await failure_of(behind(sshd, jump, home))).reason is Reason.NO_ROUTE


async def test_a_circle_of_jump_hosts_is_found(home: Path) -> None:
    (home / ".ssh/config").write_text("Host a\n ProxyJump b\nHost b\n ProxyJump a\n")
    failure = await failure_of(SshTarget("a"))
    assert failure.reason is Reason.NO_ROUTE
    assert "circle" in failure.hint


async def test_an_alias_of_the_configuration_leads_to_the_host(sshd: RealSshd, home: Path) -> None:
    (home / ".ssh/config").write_text(
        f"Host db\n HostName {ADDRESS}\n Port {sshd.port}\n User {current_user()}\n IdentityFile {sshd.identity}\n"
        " IdentityFile /nonexistent/key\n IdentitiesOnly yes\n"
    )
    await (await route_to(SshTarget("db", trusted_keys=[sshd.host_key()]))).close()


async def test_the_configuration_cannot_switch_the_host_key_check_off(sshd: RealSshd, home: Path) -> None:
    config = home / ".ssh/config"
    config.write_text("Host *\n UserKnownHostsFile none\n GlobalKnownHostsFile none\n StrictHostKeyChecking no\n")
    failure = await failure_of(replace(target_of(sshd), trusted_keys=(), ssh_config=config))
    assert failure.reason is Reason.HOST_KEY_UNKNOWN


async def test_a_broken_configuration_is_told_with_its_line(sshd: RealSshd, home: Path) -> None:
    config = home / ".ssh/config"
    config.write_text("Host *\n Port twentytwo\n")
    failure = await failure_of(replace(target_of(sshd), ssh_config=config))
    assert failure.reason is Reason.CREDENTIAL
    assert "line 2" in failure.message


async def test_a_proxy_command_of_the_configuration_is_used(sshd: RealSshd, home: Path) -> None:
    script = home / "relay.py"
    script.write_text(RELAY)
    config = home / ".ssh/config"
    config.write_text(f"Host *\n ProxyCommand {sys.executable} {script} %h %p\n")
    steps: list[Step] = []
    await (await route_to(replace(target_of(sshd), ssh_config=config), steps)).close()
    assert list(dict.fromkeys(steps)) == [Step.NAME, Step.TCP, Step.HOST_KEY, Step.LOGIN]


async def test_each_hop_has_its_own_user_key_port_and_known_hosts(
    sshd: RealSshd, start_sshd: StartSshd, home: Path
) -> None:
    gates = [start_sshd(name=name) for name in ("outer", "inner")]
    lines = []
    for gate, jump in zip(gates, ("", "ProxyJump outer"), strict=True):
        name = gate.folder.name
        (home / name).write_text(f"of-{name} {gate.host_key().public_key}\n")
        lines.append(
            f"Host {name}\n HostName {ADDRESS}\n Port {gate.port}\n User {current_user()}\n {jump}\n"
            f" IdentityFile {gate.identity}\n IdentitiesOnly yes\n UserKnownHostsFile {home / name}\n"
            f" HostKeyAlias of-{name}\n"
        )
    lines.append(f"Host db\n HostName {ADDRESS}\n Port {sshd.port}\n User {current_user()}\n ProxyJump inner\n")
    lines.append(f" IdentityFile {sshd.identity}\n IdentitiesOnly yes\n")
    (home / ".ssh/config").write_text("".join(lines))
    route = await route_to(SshTarget("db", trusted_keys=[sshd.host_key()]))
    assert len(route.connections) == 3
    await route.close()
    for gate in gates:
        gate.await_log("Accepted publickey")


async def test_a_proxy_command_is_run_by_a_shell(sshd: RealSshd, home: Path) -> None:
    script = home / "relay.py"
    script.write_text(RELAY)
    config = home / ".ssh/config"
    config.write_text(f"ProxyCommand {sys.executable} {script} $(echo %h) %p 2>/dev/null\n")
    await (await route_to(replace(target_of(sshd), ssh_config=config))).close()


async def test_what_a_proxy_command_complains_of_is_no_part_of_the_connection(sshd: RealSshd, home: Path) -> None:
    script = home / "relay.py"
    script.write_text(RELAY)
    config = home / ".ssh/config"
    config.write_text(f"ProxyCommand sh -c 'echo careful >&2; exec {sys.executable} {script} %h %p'\n")
    await (await route_to(replace(target_of(sshd), ssh_config=config))).close()


async def test_a_proxy_command_that_fails_says_how_it_ended(sshd: RealSshd, home: Path) -> None:
    config = home / ".ssh/config"
    config.write_text("ProxyCommand sh -c 'exit 3' %h\n")
    failure = await failure_of(replace(target_of(sshd), ssh_config=config))
    assert failure.reason is Reason.NO_ROUTE
    assert "exit status 3" in failure.message


async def test_no_proxy_command_outlives_its_connection(sshd: RealSshd, home: Path) -> None:
    script = home / "relay.py"
    script.write_text(f"import os, pathlib; pathlib.Path('{home}/pid').write_text(str(os.getpid()))\n{RELAY}")
    config = home / ".ssh/config"
    config.write_text(f"ProxyCommand {sys.executable} {script} %h %p\n")
    await (await route_to(replace(target_of(sshd), ssh_config=config))).close()
    process = Path("/proc", (home / "pid").read_text())
    async with asyncio.timeout(60):
        while await asyncio.to_thread(process.exists):
            await asyncio.sleep(0)


async def test_a_jump_host_may_prove_itself_by_a_certificate(
    sshd: RealSshd, start_sshd: StartSshd, home: Path, tmp_path: Path
) -> None:
    authority = make_key(tmp_path / "authority")
    certificate = sign_host(authority, tmp_path / "own")
    jump = start_sshd(f"HostCertificate {certificate}")
    (home / ".ssh/known_hosts").write_text(f"@cert-authority * {read_public_key(authority)}\n")
    await (await route_to(behind(sshd, jump, home))).close()


async def test_compression_is_used_where_the_host_or_the_configuration_asks_for_it(sshd: RealSshd, home: Path) -> None:
    config = home / ".ssh/config"
    config.write_text("Compression yes\n")
    plain = target_of(sshd)
    for target, used in (
        (plain, "none"),
        (replace(plain, compression=True), "zlib@openssh.com"),
        (replace(plain, ssh_config=config), "zlib@openssh.com"),
    ):
        route = await route_to(target)
        assert route.host.get_extra_info("send_compression") == used
        await route.close()
