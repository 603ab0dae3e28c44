"""What one session has to do: which host, how often, and what is asked there."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from poller.probe_start.probe_options import CHECKS_EVERY_S, ProbeOptions, probe_options
from storage.host import Host

if TYPE_CHECKING:
    # It speaks to the database, which workers do not have.
    from poller.wanted import Wanted

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


def assignments(wanted: "Wanted", hosts: Iterable[Host], run_interval_s: float | None = None) -> list[Assignment]:
    """What is to be done for these hosts, as far as they are enabled.

    Args:
        wanted: what the database asks for.
        hosts: those of `wanted.hosts` that are ours.
        run_interval_s: overrides the interval of the database; hosts with their own keep it.
    """
    return Assigner(run_interval_s).assignments(wanted, hosts)


class Assigner:
    """Makes assignments again and again: of a host about which nothing has changed, the very same object.

    With 10,000 hosts of which one was edited, whoever compares has then nothing to look into: 0.2 s of an event loop.
    """

    def __init__(self, run_interval_s: float | None = None) -> None:
        """Takes what overrides the interval of the database; hosts with their own keep it."""
        self._run_interval_s = run_interval_s
        self._made: dict[int, tuple[object, Assignment]] = {}

    def assignments(self, wanted: "Wanted", hosts: Iterable[Host]) -> list[Assignment]:
        """As the function of that name."""
        fallback_s = self._run_interval_s or wanted.interval_s
        before, self._made = self._made, {}
        for host in hosts:
            if not host.enabled:
                continue
            # A host has another revision after every change of it.
            made_of = host.revision, host.interval_s or fallback_s, wanted.checks.get(host.id), wanted.checks_interval_s
            known = before.get(host.id)
            if known is None or known[0] != made_of:
                known = made_of, _assignment(wanted, host, host.interval_s or fallback_s)
                if host.id in before and before[host.id][1] == known[1]:
                    # Only what does not matter to a session.
                    known = made_of, before[host.id][1]
            self._made[host.id] = known
        return [assignment for _, assignment in self._made.values()]


def phase_of(host_id: int, interval_s: float) -> float:
    """When within the interval a host is read, in seconds: hosts lie as evenly as can be, however many there are."""
    return host_id * _GOLDEN % 1.0 * interval_s


def _assignment(wanted: "Wanted", host: Host, interval_s: float) -> Assignment:
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
