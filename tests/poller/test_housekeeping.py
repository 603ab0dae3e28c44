"""What one poller does for all."""

import pytest

from poller.housekeeping import Housekeeping
from poller.share import Everything
from storage.database import Database


@pytest.mark.parametrize(("work_s", "given_back"), [(0.0, 1), (1000.0, 0)])
async def test_what_sealing_leaves_behind_goes_back_to_the_system_once_there_was_enough_of_it(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, work_s: float, given_back: int
) -> None:
    calls: list[None] = []
    monkeypatch.setattr("poller.housekeeping.WORK_S", work_s)
    monkeypatch.setattr("poller.housekeeping.give_back", lambda: calls.append(None))
    await Housekeeping(sqlite_database, Everything()).keep_up()
    assert len(calls) == given_back
