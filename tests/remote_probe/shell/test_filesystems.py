"""Mounts, and a df that may never come back."""

import json
import os
from pathlib import Path

import psutil
import pytest

from poller.probe_start.probe_options import ProbeOptions
from poller.probe_start.shell_source import shell_source
from remote_probe import mounts
from tests.eventually import eventually
from tests.remote_probe.shell.fake_host import FakeHost
from tests.remote_probe.shell.shell_child import SHELLS, ShellProbe, call, scrapes, tools

# Says of every path how large it is, as df does; what is mounted at a path that ends with `hang` it never says.
DF = """#!/bin/sh
case $3 in *hang) echo $$ >>"{started}"; exec sleep 1000 ;; esac
case $2 in
-k) printf 'Filesystem 1024-blocks Used Available Capacity Mounted on\\na disk 1000 400 500 45%% %s\\n' "$3" ;;
-i) printf 'Filesystem Inodes IUsed IFree IUse%% Mounted on\\na disk 60 20 40 34%% %s\\n' "$3" ;;
esac
"""


def choice(host: FakeHost, table: str, everything: str = "", shell: str = "dash") -> list[str]:
    host.write("self/mounts", table)
    return call('choose_filesystems\nprintf %s "$mounts"', shell, proc=host.proc, all_mounts=everything).splitlines()


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    return FakeHost(tmp_path / "host")


# Each with what it is there for.
TABLE = """\
proc /proc proc rw 0 0
overlay / overlay rw,relatime 0 0
/dev/sda1 /very/long/path ext4 rw 0 0
/dev/sda1 /b ext4 rw 0 0
/dev/sda1 /a ext4 rw 0 0
/dev/sda10 /errors ext4 ro,relatime 0 0
tmpfs /run tmpfs rw 0 0
/dev/loop0 /snap/x squashfs ro 0 0
/dev/loop1 /image ext4 ro 0 0
server:/export /nfs nfs4 ro 0 0
server:/home /home nfs4 rw 0 0
me@there:/ /mine fuse.sshfs rw 0 0
s3://bucket /bucket fuse rw 0 0
pool/data /pool zfs ro 0 0
pool/data@old /pool/.zfs/snapshot/old zfs ro 0 0
/dev/sdb /var/lib/docker/overlay2/x ext4 rw 0 0
/dev/sdc /with\\040blank ext4 rw 0 0
/dev/sdd LONG ext4 rw 0 0
""".replace("LONG", "/" + "x" * 255)


@pytest.mark.parametrize("shell", SHELLS)
def test_it_chooses_as_the_proc_reader_does(host: FakeHost, shell: str) -> None:
    found = mounts.choose_filesystems(mounts.parse_mounts(TABLE.encode()), False)
    assert len(found) == 6
    assert choice(host, TABLE, shell=shell) == [
        " ".join([each.source, each.kind, *(path.replace(" ", "\\040") for path in each.paths)]) for each in found
    ]


def test_on_request_every_mount_counts_and_the_last_one_hides_the_others(host: FakeHost) -> None:
    table = "proc /proc proc rw 0 0\ntmpfs /run tmpfs rw 0 0\n/dev/a /x ext4 rw 0 0\n/dev/b /x ext4 rw 0 0\n"
    assert choice(host, table, "1") == ["tmpfs tmpfs /run", "/dev/b ext4 /x"]


class MountedHost:
    """A probe on a host with these mounts below a folder, and the stand-in of df."""

    def __init__(self, folder: Path) -> None:
        self.host = FakeHost(folder / "host")
        self.folder = folder
        self.path = tools(folder / "bin", None)
        self.started = folder / "started"
        df = folder / "bin" / "df"
        df.unlink()
        df.write_text(DF.format(started=self.started))
        df.chmod(0o755)
        # busybox takes its own before it looks into the PATH.
        self.df = f'df() {{ "{df}" "$@"; }}'

    def mount(self, *names: str) -> None:
        for name in names:
            (self.folder / name).mkdir(exist_ok=True)
        escaped = [name.replace(" ", "\\040") for name in names]
        lines = [f"/dev/{at} {self.folder}/{name} ext4 rw 0 0\n" for at, name in enumerate(escaped)]
        self.host.write("self/mounts", "".join(lines))

    def call(self, script: str, shell: str = "dash") -> list[list[object]]:
        script = f"PATH={self.path}\n{self.df}\n" + script.replace("SHOW", SHOW)
        return [json.loads(line) for line in call(script, shell, proc=self.host.proc).splitlines()]

    def hanging(self) -> list[int]:
        """The stand-ins that hang."""
        pids = map(int, self.started.read_text().split()) if self.started.exists() else ()
        return [pid for pid in pids if _runs(pid)]

    def release(self) -> None:
        """Lets what hangs come back."""
        for pid in self.hanging():
            psutil.Process(pid).kill()


SHOW = 'printf "[%s]\\n[%s]\\n" "$slow" "${slow_series%,}"'


@pytest.fixture
def mounted(tmp_path: Path) -> MountedHost:
    return MountedHost(tmp_path)


@pytest.mark.parametrize("shell", SHELLS)
def test_space_and_inodes_come_from_df(mounted: MountedHost, shell: str) -> None:
    mounted.mount("data", "with blank 100% [x]*")
    values, names = mounted.call("read_filesystems\nSHOW", shell)
    assert values == [1024000, 614400, 512000, 60, 40] * 2
    assert [name[2] for name in names[::5]] == [  # type: ignore[index]
        f"{mounted.folder}/data", f"{mounted.folder}/with blank 100% [x]*",
    ]  # fmt: skip


def test_what_is_no_directory_or_has_no_size_is_left_out(mounted: MountedHost) -> None:
    mounted.mount("data")
    (mounted.folder / "file").touch()
    table = mounted.host.proc / "self" / "mounts"
    table.write_text(table.read_text() + f"/dev/z {mounted.folder}/file ext4 rw 0 0\n")
    values, _ = mounted.call("read_filesystems\nSHOW")
    assert len(values) == 5


@pytest.mark.parametrize("shell", SHELLS)
def test_a_df_that_hangs_leaves_its_place_empty_and_is_not_asked_twice(mounted: MountedHost, shell: str) -> None:
    mounted.mount("good", "hang")
    try:
        script = "read_filesystems\nSHOW\nread_filesystems\nSHOW\n"
        values, names, again, _ = mounted.call(script, shell)
        assert values == again == [1024000, 614400, 512000, 60, 40, None, None, None, None, None]
        assert names[5][2].endswith("/hang")  # type: ignore[index]
        assert len(mounted.hanging()) == 1
    finally:
        mounted.release()


def test_it_is_asked_again_once_it_has_come_back(mounted: MountedHost) -> None:
    mounted.mount("good", "hang")
    script = (
        "read_filesystems\nSHOW\n"
        f'kill -9 $(cat "{mounted.started}")\n'
        "for R in ${hanging##* at }; do while is_alive $R; do sleep 0.02; done; done\n"
        f': >"{mounted.started}"\nread_filesystems\n'
    )
    try:
        mounted.call(script)
        assert len(mounted.hanging()) == 1
    finally:
        mounted.release()


@pytest.mark.parametrize("shell", SHELLS)
def test_a_probe_with_a_df_that_hangs_goes_on_and_takes_it_along_at_its_end(mounted: MountedHost, shell: str) -> None:
    mounted.mount("good", "hang")
    text = shell_source(ProbeOptions(interval_s=0.1))
    source = mounted.df + "\n" + text.replace('"$proc/self/mounts"', f'"{mounted.host.proc}/self/mounts"')
    with ShellProbe(ProbeOptions(), shell, mounted.path, source) as probe:
        probe.marker()
        lines = [probe.line()]
        while sum("n" in line for line in lines) < 3:
            lines.append(probe.line())
        found = scrapes(lines)[0]
        assert found["filesystem_size_bytes", "mount", f"{mounted.folder}/good"] == 1024000
        assert found["filesystem_size_bytes", "mount", f"{mounted.folder}/hang"] is None
        assert mounted.hanging()
        probe.stdin.close()
        assert probe.child.wait() == 0
        eventually(lambda: not mounted.hanging() and not probe.of_its_session())


def test_no_file_is_written_by_a_reading(mounted: MountedHost) -> None:
    mounted.mount("good")
    before = sorted(os.walk(mounted.folder))
    mounted.call("read_fast\nread_filesystems\nSHOW")
    assert sorted(os.walk(mounted.folder)) == before


def _runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
