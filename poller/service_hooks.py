"""Where whoever keeps the poller running is told how far it is."""

from poller.health.judgement import Judgement
from storage.poller_figures import PollerFigures


class ServiceHooks:
    """Does nothing; a service manager's own overrides what it wants to hear. Called in the event loop's thread."""

    def on_ready(self) -> None:
        """The hosts are being polled."""

    def on_beat(self, judgement: Judgement, figures: PollerFigures) -> None:
        """The event loop goes round, about once a second; and how the poller is."""

    def on_reloading(self) -> None:
        """It was asked to look at what has changed."""

    def on_followed(self) -> None:
        """What has changed has been taken over; every 1.5 s, and at once after `on_reloading`."""

    def on_stopping(self) -> None:
        """It has begun to end."""
