"""What a poller does so that people are told: the notifier, and the heartbeat."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from alerts.receivers.chart_reading import chart_reader
from alerts.receivers.courier import Courier
from alerts.receivers.links_reading import links_reader
from poller.notifying.heartbeat import EVERY_S, Heartbeat
from poller.notifying.jumps import configured_jumps
from poller.notifying.notifier import STEP_S, Notifier
from poller.poller_settings import PollerSettings
from poller.share import Share
from storage.database import Database
from storage.secret_keeper import SecretKeeper

Repeat = Callable[[str, float, Callable[[], Coroutine[Any, Any, None]]], Coroutine[Any, Any, None]]
"""Does something again and again: its name, the pause between in seconds, and what it is."""


class Notifying:
    """The parts, joined."""

    def __init__(  # noqa: PLR0913 - its parts
        self,
        database: Database,
        duties: Database,
        share: Share,
        keeper: SecretKeeper,
        *,
        settings: PollerSettings,
        stored: Callable[[], int],
    ) -> None:
        """Prepares it.

        Args:
            database: where alerts are.
            duties: the same, which refuses writing where another poller is the leader.
            share: says whether we are.
            keeper: of receivers' secrets.
            settings: of this run.
            stored: how many readings have been stored since the start.
        """
        links, chart = links_reader(database, keeper), chart_reader(database)
        courier = Courier(settings.messenger_command, links=links, chart=chart)
        self._notifier = Notifier(database, duties, share, keeper, courier, jumps=configured_jumps)
        self._heartbeat = Heartbeat(database, keeper, share, stored)

    def chores(self, repeat: Repeat) -> list[asyncio.Task[None]]:
        """Begins."""
        steps: Mapping[str, tuple[float, Callable[[], Coroutine[Any, Any, None]]]] = {
            "notify": (STEP_S, self._notifier.step),
            "outside heartbeat": (EVERY_S, self._heartbeat.step),
        }
        return [asyncio.create_task(repeat(name, pause_s, step)) for name, (pause_s, step) in steps.items()]

    async def end(self) -> None:
        """Lets what is being sent be finished."""
        await self._notifier.end()
