"""What is said about one run of a poller."""

from dataclasses import dataclass
from pathlib import Path

from poller.health.address import HealthAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class PollerSettings:
    """What the command line says about one run.

    Attributes:
        version: of the program, for the pollers table.
        name: of the poller, by which others on the same database know it; empty for one that shares nothing.
        interval_s: overrides the setting of the database; hosts with their own keep it.
        stop_timeout_s: how long flushing may take at the end.
        spools: the folder of all spools, where readings wait while the database is away; None for memory alone.
        spool_limit_bytes: what they may take there; None for the usual limit.
        health: where the health port is to be; None for none.
        workers: how many processes hold sessions beside this one, 0 for none; None leaves it to the load.
        worker_command: starts a worker; None is the interpreter's own way, which a bundle does not have.
        messenger_command: likewise for the process that delivers one message.
    """

    version: str
    name: str = ""
    interval_s: float | None = None
    stop_timeout_s: float = 10.0
    spools: Path | None = None
    spool_limit_bytes: int | None = None
    health: HealthAddress | None = None
    workers: int | None = None
    worker_command: tuple[str, ...] | None = None
    messenger_command: tuple[str, ...] | None = None
