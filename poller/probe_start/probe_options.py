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
        phase_s: when within the interval it is to read, by our clock; None takes the moment at which it starts.
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
    phase_s: float | None = None


def first_pause(options: ProbeOptions, now_s: float) -> float | None:
    """Seconds from a first scrape at `now_s`, by our clock, to a second one in the phase of the host.

    Between half an interval, as a rate over less says little, and one and a half; None where the host has no phase.
    """
    if options.phase_s is None:
        return None
    shortest = options.interval_s / 2
    return shortest + (options.phase_s - now_s - shortest) % options.interval_s


def probe_options(  # noqa: PLR0913 - all given by name
    host: NewHost,
    interval_s: float,
    *,
    count: int | None = None,
    checks: tuple[Check, ...] = (),
    checks_interval_s: float = CHECKS_EVERY_S,
    phase_s: float | None = None,
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
        phase_s=phase_s,
    )
