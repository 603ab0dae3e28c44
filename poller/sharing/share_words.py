"""What a poller says in its log of hosts that change hands: each change once."""

from collections.abc import Mapping

import structlog

from storage.leases.share import Life, Peer

_log = structlog.get_logger()


class ShareWords:
    """Remembers what was said."""

    def __init__(self) -> None:
        self._lives: dict[str, Life] = {}
        self._is_leader = False

    def peers(self, peers: Mapping[str, Peer]) -> None:
        """How the other pollers are. One that was gone before we came is no news."""
        for poller_id, peer in peers.items():
            before = self._lives.get(poller_id)
            if peer.life is Life.ALIVE and before is not Life.ALIVE:
                _log.info("poller_joined", poller=peer.name)
            elif peer.life is Life.GONE and before is Life.ALIVE:
                _log.warning("poller_gone", poller=peer.name)
        self._lives = {poller_id: peer.life for poller_id, peer in peers.items()}

    def acquired(self, hosts: int) -> None:
        """So many that nobody had."""
        if hosts:
            _log.info("hosts_acquired", hosts=hosts)

    def took_over(self, name: str, hosts: int) -> None:
        """So many of a poller that is gone."""
        if hosts:
            _log.warning("hosts_taken_over", poller=name, hosts=hosts)

    def released(self, hosts: int) -> None:
        """So many that others are to read, or nobody any more."""
        _log.info("hosts_released", hosts=hosts)

    def lost(self, hosts: int) -> None:
        """So many were taken from us."""
        if hosts:
            hint = "This poller was frozen, or cut off from the database; what it read until then is kept."
            _log.warning("hosts_lost", hosts=hosts, hint=hint)

    def displaced(self) -> None:
        """Another run has our name."""
        _log.warning("poller_displaced", hint="Give each poller a name of its own: watchpost run --name NAME")

    def duties(self, *, are_ours: bool) -> None:
        """Whether sealing, forgetting and the like are ours to do."""
        if are_ours is not self._is_leader:
            _log.info("duties_taken" if are_ours else "duties_left")
        self._is_leader = are_ours
