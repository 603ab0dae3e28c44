"""The service of the machine as docs/operation.md has it installed, on a machine that a real systemd has booted."""

import json
import os
import re
from collections.abc import Iterator

import pytest

from tests.eventually import eventually
from tests.real_machine import PYTHON, Machine, real_machine

pytestmark = [
    pytest.mark.soak,
    pytest.mark.timeout(900),
    pytest.mark.skipif(os.getuid() != 0, reason="to boot a machine takes root"),
]
UNIT, FOLDER = "watchpost.service", "/var/lib/watchpost"
DATABASE = f"{FOLDER}/watchpost.db"
PASSPHRASE, PASSWORD = "correct-horse-staple", "Battery-9-Horse"
WATCHPOST = (str(PYTHON), "-P", "-m", "watchpost")
DROP_IN = """[Service]
Environment="PYTHONPATH=@"
RestartSec=0
WatchdogSec=10
TimeoutAbortSec=5
LoadCredential=watchpost-keyring:/etc/watchpost/passphrase
LoadCredential=id_ed25519:/etc/watchpost/id_ed25519
"""
HOST_KEY = "/run/ssh_host_ed25519_key"
SSHD = ("-o", "UsePAM=no", "-o", "PasswordAuthentication=yes", "-o", f"HostKey={HOST_KEY}", "-o", "PidFile=none")


def says(machine: Machine, name: str) -> str:
    """A property of the unit."""
    return machine.do("systemctl", "show", f"--property={name}", "--value", UNIT)


def poller(machine: Machine, *words: str) -> str:
    """A command, as the user of the poller types it."""
    secret = "/etc/watchpost/for-commands"
    variables = {
        "HOME": FOLDER,
        "WATCHPOST_DATABASE_URL": DATABASE,
        "WATCHPOST_KEYRING": "encrypted-file",
        "WATCHPOST_KEYRING_PASSPHRASE_FILE": secret,
    }
    done = machine.call(*WATCHPOST, *words, user="watchpost", words=f"{PASSWORD}\n", environment=variables)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return done.stdout


def probes(machine: Machine) -> set[str]:
    """Processes of all sessions on the host that is watched."""
    return set(machine.call("pgrep", "--uid", "target").stdout.split())


def is_read(machine: Machine) -> bool:
    return says(machine, "StatusText") == "2 of 2 hosts up"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("machine") / "root"
    folder.mkdir()
    with real_machine(folder) as booted:
        install(booted)
        watch(booted)
        yield booted


def install(machine: Machine) -> None:
    """As the documentation has it."""
    machine.write("/etc/sysusers.d/watchpost.conf", machine.do(*WATCHPOST, "service", "unit", "--sysusers"))
    machine.do("systemd-sysusers")
    machine.write(f"/etc/systemd/system/{UNIT}", machine.do(*WATCHPOST, "service", "unit"))
    path = machine.do("printenv", "PYTHONPATH")
    machine.write(f"/etc/systemd/system/{UNIT}.d/override.conf", DROP_IN.replace("@", path))
    machine.write("/etc/watchpost/passphrase", PASSPHRASE, mode="600")
    machine.write("/etc/watchpost/for-commands", PASSPHRASE, mode="600")
    machine.do("chown", "watchpost", "/etc/watchpost/for-commands")
    machine.do("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/etc/watchpost/id_ed25519")
    machine.do("systemctl", "daemon-reload")
    machine.do("systemctl", "enable", "--now", UNIT)


def watch(machine: Machine) -> None:
    """Two hosts, one reached by key and one by password, both handed over by systemd or kept under what is."""
    machine.do("useradd", "--create-home", "--shell=/bin/sh", "target")
    machine.do("chpasswd", words=f"target:{PASSWORD}")
    machine.write("/home/target/.ssh/authorized_keys", machine.do("cat", "/etc/watchpost/id_ed25519.pub"))
    machine.do("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", HOST_KEY)
    machine.do("mkdir", "-p", "/run/sshd")
    machine.do("systemd-run", "--unit=sshd-of-test", "/usr/sbin/sshd", "-D", "-e", "-f", "/dev/null", *SSHD)
    poller(machine, "credentials", "add", "pw")
    key = f"/run/credentials/{UNIT}/id_ed25519"
    poller(machine, "hosts", "add", "keyed", "target@127.0.0.1", "--identity", key, "--accept-new")
    poller(machine, "hosts", "add", "passworded", "target@127.0.0.2", "--credential", "pw", "--accept-new")
    eventually(lambda: is_read(machine), 120)


def test_it_runs_as_its_own_user_with_nothing_that_it_may_do(machine: Machine) -> None:
    pid = says(machine, "MainPID")
    said = dict(re.findall(r"^(\w+):\t(\S+)", machine.do("cat", f"/proc/{pid}/status"), re.MULTILINE))
    assert said["Uid"] == machine.do("id", "--user", "watchpost") != "0"
    assert (said["NoNewPrivs"], said["Seccomp"], int(said["CapEff"], 16), int(said["CapBnd"], 16)) == ("1", "2", 0, 0)
    machine.do("touch", "/tmp/somebody-elses")
    assert "somebody-elses" not in machine.do("ls", f"/proc/{pid}/root/tmp")
    assert machine.do("stat", "--format=%U:%G %a", FOLDER) == "watchpost:watchpost 2750"


def test_a_reload_keeps_every_session(machine: Machine) -> None:
    before, process = probes(machine), says(machine, "MainPID")
    poller(machine, "hosts", "edit", "keyed", "--group", "web")
    machine.do("systemctl", "reload", UNIT)
    eventually(lambda: '"poller_reloads"' in machine.do("journalctl", f"--unit={UNIT}", "--output=cat"))
    assert is_read(machine)
    assert (probes(machine), says(machine, "MainPID")) == (before, process)


@pytest.mark.parametrize("signal", ["KILL", "STOP"])
def test_one_that_dies_or_hangs_is_started_anew(machine: Machine, signal: str) -> None:
    before, process = probes(machine), says(machine, "MainPID")
    machine.do("systemctl", "kill", f"--signal={signal}", UNIT)
    eventually(lambda: says(machine, "MainPID") not in {process, "0"} and is_read(machine), 180)
    assert not before & probes(machine)


def test_a_member_of_its_group_reads_along_and_somebody_else_is_told_how(machine: Machine) -> None:
    for user in ("kim", "lee"):
        machine.do("useradd", "--create-home", user)
    machine.do("usermod", "--append", "--groups", "watchpost", "kim")
    hosts = json.loads(machine.do(*WATCHPOST, "hosts", "list", "--json", "--db", DATABASE, user="kim"))
    assert len(hosts["hosts"]) == 2
    refused = machine.call(*WATCHPOST, "hosts", "edit", "keyed", "--group", "db", "--db", DATABASE, user="kim")
    assert (refused.returncode, "sudo -u watchpost watchpost" in refused.stderr) == (1, True)
    told = machine.call(*WATCHPOST, "hosts", "list", "--db", DATABASE, user="lee")
    assert (told.returncode, "usermod --append --groups watchpost" in told.stderr) == (1, True)


def test_it_leaves_no_probe_and_no_secret(machine: Machine) -> None:
    machine.do("systemctl", "stop", UNIT)
    assert probes(machine) == set()
    log = machine.do("journalctl", f"--unit={UNIT}", "--output=cat")
    assert '"poller_stopped"' in log
    stored = machine.do("sh", "-c", f"cat {DATABASE}* {FOLDER}/.local/share/watchpost/* | base64 --wrap=0 | wc -c")
    assert int(stored) > 0
    for secret in (PASSPHRASE, PASSWORD):
        assert secret not in log
        assert machine.call("grep", "-r", "--quiet", secret, FOLDER).returncode == 1
