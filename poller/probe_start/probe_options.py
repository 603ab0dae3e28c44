"""What a probe is to do, as a host's row and the settings have it."""

from dataclasses import dataclass

from storage.check import Check
from storage.host import NewHost, Reader

TOP_PROCESSES = 20
CHECKS_EVERY_S = 30.0


@dataclass(frozen=True, slots=True)
class ProbeOptions:
    """What the probe is to do.

    Attributes:
        interval_s: seconds between scrapes.
        reader: how it reads the host.
        top: how many processes by CPU, and how many by memory.
        all_mounts: squashfs, overlay, tmpfs and the like, too.
        all_interfaces: virtual and container interfaces, too.
        count: end after that many scrapes; None goes on.
        sudo: start it with `sudo -n`.
        checks: what else the host is asked.
        checks_interval_s: seconds between two answers to them.
    """

    interval_s: float = 5.0
    reader: Reader = Reader.AUTO
    top: int = TOP_PROCESSES
    all_mounts: bool = False
    all_interfaces: bool = False
    count: int | None = None
    sudo: bool = False
    checks: tuple[Check, ...] = ()
    checks_interval_s: float = CHECKS_EVERY_S


def probe_options(
    host: NewHost,
    interval_s: float,
    *,
    count: int | None = None,
    checks: tuple[Check, ...] = (),
    checks_interval_s: float = CHECKS_EVERY_S,
) -> ProbeOptions:
    """The options of a host that is read every `interval_s` seconds."""
    return ProbeOptions(
        interval_s=interval_s,
        reader=host.reader,
        top=host.top_processes or TOP_PROCESSES,
        all_mounts=host.all_mounts,
        all_interfaces=host.all_interfaces,
        count=count,
        sudo=host.sudo,
        checks=checks,
        checks_interval_s=checks_interval_s,
    )
