"""The folder of a fleet: what whoever wants to log in to it needs, and the truth about what befalls it."""

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simulated_fleet.machine import Machine
from simulated_fleet.serving.keys import client_key, host_key, password, private_file, public_line
from simulated_fleet.serving.login import USERNAME
from simulated_fleet.serving.plan import FleetPlan, PlannedFleet
from simulated_fleet.truth import labels, write_labels
from storage.errors import InvalidInputError

LOCK = "fleet.lock"
"""Name of the file in it by which one fleet keeps others out."""
_COLUMNS = ("name", "address", "port", "username", "identity_file", "group", "tags")


@dataclass(frozen=True, slots=True)
class FleetFolder:
    """Where the files of a fleet are.

    Attributes:
        path: of the folder; absolute.
    """

    path: Path

    @property
    def identity(self) -> Path:
        """The private key that every host lets in."""
        return self.path / "id_ed25519"

    @property
    def password(self) -> Path:
        """The password that every host lets in."""
        return self.path / "password"

    @property
    def known_hosts(self) -> Path:
        """The keys of all hosts."""
        return self.path / "known_hosts"

    @property
    def ssh_config(self) -> Path:
        """How hosts behind jump hosts are reached."""
        return self.path / "ssh_config"

    @property
    def hosts_csv(self) -> Path:
        """For `watchpost hosts import`."""
        return self.path / "hosts.csv"

    @property
    def truth(self) -> Path:
        """What befalls the fleet, and what an observer should tell of it."""
        return self.path / "truth.jsonl"


def made_folder(path: Path) -> FleetFolder:
    """The folder, made if it is missing.

    Raises:
        InvalidInputError: it cannot be made, or there is something in it and no fleet's truth: it would be replaced.
    """
    folder = FleetFolder(path.absolute())
    try:
        folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = {entry.name for entry in folder.path.iterdir()} - {LOCK}
    except OSError as error:
        raise _unusable(folder, error) from error
    if names and folder.truth.name not in names:
        raise InvalidInputError(
            f"There is something in {folder.path} that is of no simulated fleet.",
            hint="Nothing was changed. Name a folder with --folder that is empty or not there yet.",
        )
    return folder


def write_folder(path: Path, fleet: PlannedFleet) -> FleetFolder:
    """Writes all files of a fleet; those of an earlier one are replaced.

    Raises:
        InvalidInputError: the folder cannot be written, or is of something else.
    """
    folder = made_folder(path)
    seed = fleet.plan.seed
    key = client_key(seed)
    try:
        # First of all: it says whose folder this is, however far the rest comes.
        write_labels(folder.truth, labels(fleet.scenarios, fleet.machines))
        _write_private(folder.identity, private_file(key))
        folder.identity.with_suffix(".pub").write_text(f"{public_line(key)} simulated-fleet\n", encoding="utf-8")
        _write_private(folder.password, f"{password(seed)}\n".encode())
        folder.known_hosts.write_text(known_hosts(fleet), encoding="utf-8")
        folder.ssh_config.write_text(ssh_config(fleet, folder), encoding="utf-8")
        folder.hosts_csv.write_text(hosts_csv(fleet, folder), encoding="utf-8")
    except OSError as error:
        raise _unusable(folder, error) from error
    return folder


def known_hosts(fleet: PlannedFleet) -> str:
    """A line for each host, as OpenSSH reads it."""
    plan = fleet.plan
    places = ((machine.index, plan.place(machine)) for machine in fleet.machines)
    lines = (f"[{place.address}]:{place.port} {public_line(host_key(plan.seed, index))}" for index, place in places)
    return "".join(f"{line}\n" for line in lines)


def ssh_config(fleet: PlannedFleet, folder: FleetFolder) -> str:
    """Names, and the way through the jump hosts.

    The user, the key and known_hosts are the same for every host, so they are said once, at the end.
    """
    plan = fleet.plan
    named = "".join(_block(machine, fleet.machines, plan) for machine in fleet.machines)
    patterns = " ".join(sorted({_network(plan.place(machine).address) for machine in fleet.machines}))
    names = " ".join(machine.name for machine in fleet.machines if machine.behind is None and machine.role == "jump")
    common = (
        f"Host {f'{names} ' if names else ''}{patterns}\n"
        f"    User {USERNAME}\n"
        f"    IdentityFile {_quoted(folder.identity)}\n"
        "    IdentitiesOnly yes\n"
        f"    UserKnownHostsFile {_quoted(folder.known_hosts)}\n"
        "    StrictHostKeyChecking yes\n"
    )
    return named + common


def hosts_csv(fleet: PlannedFleet, folder: FleetFolder) -> str:
    """A table of all hosts."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for machine in fleet.machines:
        place = fleet.plan.place(machine)
        tags = ";".join(machine.tags)
        writer.writerow((machine.name, place.address, place.port, USERNAME, str(folder.identity), machine.group, tags))
    return text.getvalue()


def _block(machine: Machine, machines: Sequence[Machine], plan: FleetPlan) -> str:
    """How a machine is reached that is behind another one; a jump host needs a name to be called by."""
    place = plan.place(machine)
    if machine.behind is not None:
        return f"Host {place.address}\n    ProxyJump {machines[machine.behind].name}\n"
    if machine.role == "jump":
        return f"Host {machine.name}\n    HostName {place.address}\n    Port {place.port}\n"
    return ""


def _network(address: str) -> str:
    """A pattern for the addresses of the fleet beside this one."""
    return ".".join(address.split(".")[:2]) + ".*"


def _unusable(folder: FleetFolder, error: OSError) -> InvalidInputError:
    return InvalidInputError(
        f"The folder {folder.path} cannot be written: {error.strerror}.", hint="Name another one with --folder."
    )


def _quoted(path: Path) -> str:
    return f'"{path}"'


def _write_private(path: Path, content: bytes) -> None:
    # Anew, so that it never lies there with the rights of an older file.
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
