"""Parts of a poller, played: what each of them says can be set."""

from dataclasses import dataclass, field

from poller.crew.counts import Counts
from poller.health.sources import Sources, Standing, Waiting


@dataclass
class Parts:
    """What the parts say."""

    hosts: Counts = field(default_factory=Counts)
    waiting: Waiting = field(default_factory=Waiting)
    standing: Standing = field(default_factory=Standing)
    sealing_lag_s: float = 0.0
    worker_pids: tuple[int, ...] = ()

    def sources(self) -> Sources:
        """Where a watch asks them."""
        return Sources(
            hosts=lambda: self.hosts,
            waiting=lambda: self.waiting,
            standing=lambda: self.standing,
            sealing_lag_s=lambda: self.sealing_lag_s,
            worker_pids=lambda: self.worker_pids,
        )
