import msgspec

from storage.batch_writer import BatchWriter
from storage.database import Database
from storage.scrape_rows import pack_scrape
from tests.readings import scrape


def test_a_batch_that_one_item_spoils_leaves_the_mark_of_the_database_as_it_was_told(
    database: Database, host_id: int
) -> None:
    writer = BatchWriter(database, lambda _: None)
    good = pack_scrape(scrape(host_id, 1_000))
    bad = msgspec.structs.replace(good, ts=2**70)
    assert [item for item, _ in writer.write([good, bad]).refused] == [bad]
    later = pack_scrape(scrape(host_id, 2_000))
    assert writer.write([later], writer.database_id).refused == []
    assert BatchWriter(database, lambda _: None).write([later], writer.database_id).refused == []
