"""What `watchpost fleet` says of a fleet: where it is, and how it is doing. Pure."""

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from simulated_fleet.scenario import Scenario
from simulated_fleet.serving.figures import Figures
from simulated_fleet.serving.folder import FleetFolder
from simulated_fleet.serving.plan import PlannedFleet

LATE_S = 1.0
"""Lines that come later than this say more about the fleet than about its hosts."""


def ready_lines(fleet: PlannedFleet, files: FleetFolder, database: str | None) -> list[str]:
    """Where the fleet is, and what to type next."""
    plan = fleet.plan
    first, last = plan.place(fleet.machines[0]), plan.place(fleet.machines[-1])
    where = f"{first.address} port {first.port}"
    if len(fleet.machines) > 1:
        where += f" to {last.address} port {last.port}"
    lines = [f"{len(fleet.machines)} hosts at {where}.", f"Key, password, list of hosts and truth: {files.path}"]
    if database is not None:
        lines.append(f"They are registered. To watch them: watchpost run --db {shlex.quote(database)}")
    else:
        table = shlex.quote(str(files.hosts_csv))
        lines.append(f"To register them: watchpost fleet --register … or watchpost hosts import {table}")
    if any(machine.behind is not None for machine in fleet.machines):
        lines.append(f"The way through the jump hosts: Include {files.ssh_config} in ~/.ssh/config.")
    return lines


def ready_as_json(fleet: PlannedFleet, files: FleetFolder, processes: int) -> dict[str, Any]:
    """The same for scripts."""
    plan = fleet.plan
    return {
        "event": "ready",
        "hosts": len(fleet.machines),
        "processes": processes,
        "seed": plan.seed,
        "start_ms": plan.start_ms,
        "address": plan.place(fleet.machines[0]).address,
        "port": plan.port,
        "folder": str(files.path),
        "scenarios": len(fleet.scenarios),
    }


def status_text(now: Figures, before: Figures, elapsed_s: float, running: Sequence[Scenario]) -> str:
    """One line on how it is doing.

    Args:
        now: how it is.
        before: how it was.
        elapsed_s: time in between.
        running: what goes wrong now.
    """
    parts = [
        f"{now.hosts_up} of {now.hosts} hosts up",
        f"{now.sessions} sessions",
        f"{_rate(now.lines - before.lines, elapsed_s):.0f} lines/s",
        f"CPU {100 * _rate(now.cpu_s - before.cpu_s, elapsed_s):.0f} %",
        f"{now.memory_bytes / 1e6:.0f} MB",
    ]
    if now.late_s > LATE_S:
        parts.append(f"late by {now.late_s:.1f} s")
    if kinds := kinds_text(running):
        parts.append(kinds)
    return " · ".join(parts)


def status_as_json(now: Figures, before: Figures, elapsed_s: float, running: Sequence[Scenario]) -> dict[str, Any]:
    """The same for scripts."""
    return {
        "event": "status",
        "hosts": now.hosts,
        "hosts_up": now.hosts_up,
        "sessions": now.sessions,
        "lines": now.lines,
        "lines_per_second": round(_rate(now.lines - before.lines, elapsed_s), 1),
        "logins": now.logins,
        "refused_logins": now.refused,
        "left_out_lines": now.left_out,
        "late_s": round(now.late_s, 3),
        "cpu_seconds": round(now.cpu_s, 2),
        "memory_bytes": now.memory_bytes,
        "scenarios": dict(Counter(scenario.kind.value for scenario in running)),
    }


def kinds_text(running: Iterable[Scenario]) -> str:
    """What goes wrong, each kind once with how often."""
    counted = Counter(scenario.kind.value.replace("_", " ") for scenario in running)
    return ", ".join(kind if count == 1 else f"{count}x {kind}" for kind, count in sorted(counted.items()))


def running_at(scenarios: Iterable[Scenario], now_ms: int) -> list[Scenario]:
    """Those that have begun and are not over."""
    return [scenario for scenario in scenarios if scenario.start_ms <= now_ms < scenario.end_ms]


def _rate(amount: float, elapsed_s: float) -> float:
    return amount / elapsed_s if elapsed_s > 0 else 0.0
