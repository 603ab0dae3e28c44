"""systemd's own tools look at the unit; tests/watchpost/test_system_service.py runs it."""

import re
import subprocess
import tempfile
from pathlib import Path

from tests.command_line import CommandLine
from watchpost.commands.service_unit import closed_places


def test_systemd_finds_nothing_wrong_with_it_and_little_exposed(cli: CommandLine, tmp_path: Path) -> None:
    unit = tmp_path / "watchpost.service"
    unit.write_text(cli("service", "unit").out)
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], check=False, capture_output=True, text=True)
    assert [line for line in done.stderr.splitlines() if "watchpost" in line] == []
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", str(unit)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_it_polls_the_database_that_was_named(cli: CommandLine) -> None:
    told = cli("service", "unit", "--db", "postgresql://watchpost@db/watchpost")
    assert '"run" "--db" "postgresql://watchpost@db/watchpost"\n' in told.out
    assert '"sqlite:////var/lib/watchpost/watchpost.db"\n' in cli("service", "unit").out


def test_its_user_is_made_by_systemd(cli: CommandLine, tmp_path: Path) -> None:
    told = cli("service", "unit", "--sysusers")
    (tmp_path / "watchpost.conf").write_text(told.out)
    command = ["systemd-sysusers", "--dry-run", f"--root={tmp_path}", str(tmp_path / "watchpost.conf")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert re.search(r"Creating user 'watchpost'|Would create user watchpost", done.stderr + done.stdout), done.stderr


def test_a_place_that_its_user_cannot_get_to_is_told_with_the_folder_that_closes_it() -> None:
    # Not below pytest's own folder, which is closed itself.
    with tempfile.TemporaryDirectory() as made:
        outer = Path(made)
        inner = outer / "python"
        inner.mkdir()
        inner.chmod(0o755)
        outer.chmod(0o755)
        assert closed_places([inner]) == {}
        inner.chmod(0o700)
        assert closed_places([inner]) == {inner: inner}
        outer.chmod(0o700)
        assert closed_places([inner]) == {inner: outer}
