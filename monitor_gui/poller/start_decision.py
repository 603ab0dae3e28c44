"""Whether a poller of our own is to be started now. Pure; times are UTC milliseconds."""

from monitor_gui.poller.child_story import ChildStory
from monitor_gui.poller.database_trouble import FORBIDS_A_START, DatabaseTrouble

TAKE_OVER_AFTER_MS = 3_000
"""A poller that was there and has gone may be on its way back: a service that is restarted, say."""


def may_start(story: ChildStory, trouble: DatabaseTrouble | None, now_ms: int, *, has_file: bool) -> bool:
    """Says so.

    Args:
        story: of our child and of others.
        trouble: with the database, where it lasts.
        now_ms: now.
        has_file: whether there is a database just now.
    """
    if story.since_ms is not None or story.is_elsewhere or not story.is_wanted or story.has_given_up:
        return False
    if trouble in FORBIDS_A_START or not has_file:
        return False
    if story.restart_at_ms is not None and now_ms < story.restart_at_ms:
        return False
    return story.free_since_ms is None or not 0 <= now_ms - story.free_since_ms < TAKE_OVER_AFTER_MS
