"""Waits until a poller in this process is ready."""

import asyncio

from poller.service_hooks import ServiceHooks


class ReadyHook(ServiceHooks):
    """Notes that it is.

    Attributes:
        ready: set once hosts are being polled.
    """

    def __init__(self) -> None:
        self.ready = asyncio.Event()

    def on_ready(self) -> None:
        """As its base."""
        self.ready.set()
