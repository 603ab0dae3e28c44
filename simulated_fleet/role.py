"""What machines of a fleet are for, and what follows from it: sizes, load over the week, programs."""

from dataclasses import dataclass

from simulated_fleet.rhythm import Rhythm


@dataclass(frozen=True, slots=True)
class Program:
    """What runs on a machine of a role.

    Attributes:
        name: as the kernel has it.
        command: the command line; `{n}` is the number of the worker.
        user: whose it is.
        cpu: share of the CPU time that the machine's work takes; those of a role add up to at most 0.9.
        memory: share of the memory that programs use; those of a role add up to at most 0.9.
        workers: how many processes share these.
    """

    name: str
    command: str
    user: str
    cpu: float
    memory: float
    workers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A kind of machine. Traffic is a core's at mean load, in bytes a second.

    Attributes:
        prefix: the first part of the machines' names.
        group: which they are registered in.
        weight: how many of them there are, relative to the others.
        cpus: the sizes they come in.
        gib_per_cpu: memory.
        rhythm: load over the week.
        busy: mean share of CPU in use, from and to.
        used_memory: share of memory that programs use, from and to.
        disks: how many, from and to; the first one holds the system.
        disk_prefix: of their names.
        data_mounts: where the file systems of the other disks are mounted; `{n}` numbers them.
        data_gib: size of each of these.
        received, sent, read, written: traffic.
        speed_bytes: of the network links.
        interfaces: how many of them.
        programs: what runs there.
        is_metal: has sensors for temperatures.
    """

    prefix: str
    group: str
    weight: float
    cpus: tuple[int, ...]
    gib_per_cpu: float
    rhythm: Rhythm
    busy: tuple[float, float]
    used_memory: tuple[float, float]
    programs: tuple[Program, ...]
    disks: tuple[int, int] = (1, 1)
    disk_prefix: str = "vd"
    data_mounts: str = "/srv/data{n}"
    data_gib: int = 200
    received: float = 0.6e6
    sent: float = 0.6e6
    read: float = 0.1e6
    written: float = 0.3e6
    speed_bytes: float = 1.25e9
    interfaces: int = 1
    is_metal: bool = False
