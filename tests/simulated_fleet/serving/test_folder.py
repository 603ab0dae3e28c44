import errno
import stat
import subprocess
from pathlib import Path

import pytest

from fleet.host_sources.host_csv import read_csv
from fleet.registration import Verdict, plan_registration
from simulated_fleet.serving.folder import LOCK, write_folder
from simulated_fleet.serving.plan import FleetPlan, PlannedFleet, carry_out
from storage.errors import InvalidInputError
from storage.host import NewHost


def fleet_of(hosts: int, behind_share: float = 0.0) -> PlannedFleet:
    return carry_out(FleetPlan(hosts=hosts, start_ms=1_790_000_000_000, behind_share=behind_share, chance=0.3))


def test_what_opens_the_fleet_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "new" / "fleet", fleet_of(3))
    for path, mode in ((folder.path, 0o700), (folder.identity, 0o600), (folder.password, 0o600)):
        assert stat.S_IMODE(path.stat().st_mode) == mode


def test_it_can_be_written_again(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, fleet_of(3))
    folder.identity.chmod(0o644)
    public = folder.identity.with_suffix(".pub")
    before = public.read_bytes()
    write_folder(tmp_path, fleet_of(5))
    assert public.read_bytes() == before
    assert stat.S_IMODE(folder.identity.stat().st_mode) == 0o600
    assert len(folder.known_hosts.read_text().splitlines()) == 5


def test_its_table_registers_every_host(tmp_path: Path) -> None:
    fleet = fleet_of(20)
    folder = write_folder(tmp_path, fleet)
    plan = plan_registration(read_csv(folder.hosts_csv.read_text()), [])
    hosts = [row.host for row in plan.rows if row.verdict is Verdict.ADD and row.host]
    assert len(hosts) == 20
    first = fleet.machines[0]
    assert hosts[0] == NewHost(
        name=first.name,
        address=first.address,
        port=2222,
        username="watch",
        identity_file=str(folder.identity),
        group=first.group,
        tags=first.tags,
    )


def test_ssh_finds_the_way_through_a_jump_host(tmp_path: Path) -> None:
    fleet = fleet_of(20, behind_share=0.2)
    folder = write_folder(tmp_path / "a b", fleet)
    behind = next(machine for machine in fleet.machines if machine.behind is not None)
    jump = fleet.machines[behind.behind or 0]
    said = asked(folder.ssh_config, behind.address)
    assert said["proxyjump"] == jump.name
    for name in (behind.address, jump.name):
        said = asked(folder.ssh_config, name)
        assert said["user"] == "watch"
        assert said["identityfile"] == str(folder.identity)
        assert str(folder.known_hosts) in said["userknownhostsfile"]
    assert (asked(folder.ssh_config, jump.name)["hostname"], asked(folder.ssh_config, jump.name)["port"]) == (
        jump.address,
        "2222",
    )
    assert "proxyjump" not in asked(folder.ssh_config, jump.address)


def test_the_truth_is_there_for_each_scenario(tmp_path: Path) -> None:
    fleet = fleet_of(60)
    folder = write_folder(tmp_path, fleet)
    assert fleet.scenarios
    assert len(folder.truth.read_text().splitlines()) == len(fleet.scenarios)


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInputError) as caught:
        write_folder(tmp_path / "file" / "fleet", fleet_of(1))
    assert "--folder" in caught.value.hint


def test_a_folder_of_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    mine = {"id_ed25519": "my own key", "known_hosts": "my own hosts"}
    for name, text in mine.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(InvalidInputError, match="of no simulated fleet") as caught:
        write_folder(tmp_path, fleet_of(1))
    assert "--folder" in caught.value.hint
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == mine


def test_a_folder_that_was_not_written_to_its_end_can_be_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / LOCK).touch()
    with monkeypatch.context() as patch:
        patch.setattr("simulated_fleet.serving.folder.known_hosts", fail)
        with pytest.raises(InvalidInputError, match="No space"):
            write_folder(tmp_path, fleet_of(1))
    assert write_folder(tmp_path, fleet_of(1)).hosts_csv.exists()


def asked(config: Path, name: str) -> dict[str, str]:
    """What ssh makes of a name."""
    done = subprocess.run(["ssh", "-G", "-F", str(config), name], check=True, capture_output=True, text=True)
    return dict(line.partition(" ")[::2] for line in done.stdout.splitlines())
