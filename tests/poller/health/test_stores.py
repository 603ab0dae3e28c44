from poller.health.stores import Stores
from storage.recorder import Commit


def test_a_commit_tells_how_many_were_stored_how_late_and_how_long_it_took() -> None:
    stores = Stores(lambda: 100.0)
    stores.committed(Commit(rows=3, at=2_000, scrape_ts=(1_500, 1_400), took_s=0.02))
    stores.committed(Commit(rows=1, at=3_000, scrape_ts=(), took_s=0.04))
    assert (stores.readings, stores.commits) == (2, 2)
    assert stores.delay.quantiles(100.0).median_ms == 550.0
    assert stores.commit.quantiles(100.0).median_ms == 30.0
