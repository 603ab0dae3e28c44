"""What is known of our own poller and of others on the same database, and how each event changes it. Pure."""

from dataclasses import dataclass, replace

from monitor_gui.poller.restart_plan import recent, restart_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildStory:
    """Times are UTC milliseconds.

    Attributes:
        since_ms: when our child was started; None where none lives.
        is_starting: whether it is about to be.
        is_elsewhere: whether another poller holds the lock of the database.
        free_since_ms: since when another one that was there has gone; None where there was none.
        is_wanted: False after a person has stopped collecting.
        restart_at_ms: when one that died is started again.
        has_given_up: whether it died too often for that.
        deaths: when it died lately.
        last_words: of the one that died last.
    """

    since_ms: int | None = None
    is_starting: bool = False
    is_elsewhere: bool = False
    free_since_ms: int | None = None
    is_wanted: bool = True
    restart_at_ms: int | None = None
    has_given_up: bool = False
    deaths: tuple[int, ...] = ()
    last_words: str = ""

    def started(self, now_ms: int) -> "ChildStory":
        """Our child begins."""
        return replace(self, since_ms=now_ms, is_starting=False, restart_at_ms=None)

    def ended(self) -> "ChildStory":
        """It was stopped."""
        return replace(self, since_ms=None)

    def died(self, words: str, now_ms: int) -> "ChildStory":
        """It has ended by itself."""
        deaths = (*recent(self.deaths, now_ms), now_ms)
        again = restart_at(deaths, now_ms)
        return replace(
            self, since_ms=None, last_words=words, deaths=deaths, restart_at_ms=again, has_given_up=again is None
        )

    def forgiven(self) -> "ChildStory":
        """Its deaths count no more."""
        return replace(self, deaths=(), restart_at_ms=None, has_given_up=False)

    def wanted(self) -> "ChildStory":
        """A person wants it now, however often it has died and whoever was there before."""
        return replace(self.forgiven(), is_wanted=True, is_starting=True, free_since_ms=None)

    def unwanted(self) -> "ChildStory":
        """A person wants none."""
        return replace(self.forgiven(), is_wanted=False)

    def with_others(self, is_polled: bool, now_ms: int) -> "ChildStory":
        """Where ours does not live: whether another one works."""
        if is_polled:
            return replace(self.forgiven(), is_elsewhere=True, free_since_ms=None)
        if self.is_elsewhere:
            return replace(self, is_elsewhere=False, free_since_ms=now_ms)
        return self

    def waiting(self) -> "ChildStory":
        """Nothing is begun just now."""
        return replace(self, is_starting=False)
