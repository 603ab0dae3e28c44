"""What one session has to do: which host, how often, and what is asked there."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from poller.probe_start.probe_options import CHECKS_EVERY_S, ProbeOptions, probe_options
from poller.wanted import Wanted
from storage.host import Host

_GOLDEN = 0.6180339887498949


@dataclass(frozen=True, slots=True)
class Assignment:
    """One host as its session sees it. Two that are equal need no new login.

    Attributes:
        host: without what does not matter to a session: its revision, group and tags.
        options: what its probe is to do.
    """

    host: Host
    options: ProbeOptions

    @property
    def interval_s(self) -> float:
        """Seconds between scrapes."""
        return self.options.interval_s


def assignments(wanted: Wanted, hosts: Iterable[Host], run_interval_s: float | None = None) -> list[Assignment]:
    """What is to be done for these hosts, as far as they are enabled.

    Args:
        wanted: what the database asks for.
        hosts: those of `wanted.hosts` that are ours.
        run_interval_s: overrides the interval of the database; hosts with their own keep it.
    """
    fallback_s = run_interval_s or wanted.interval_s
    return [_assignment(wanted, host, host.interval_s or fallback_s) for host in hosts if host.enabled]


def phase_of(host_id: int, interval_s: float) -> float:
    """When within the interval a host is read, in seconds: hosts lie as evenly as can be, however many there are."""
    return host_id * _GOLDEN % 1.0 * interval_s


def _assignment(wanted: Wanted, host: Host, interval_s: float) -> Assignment:
    checks = wanted.checks.get(host.id, ())
    options = probe_options(
        host,
        interval_s,
        checks=checks,
        # Another pace of checks is no reason to log in anew where there are none.
        checks_interval_s=wanted.checks_interval_s if checks else CHECKS_EVERY_S,
        phase_s=phase_of(host.id, interval_s),
    )
    return Assignment(replace(host, revision=0, group=None, tags=()), options)
