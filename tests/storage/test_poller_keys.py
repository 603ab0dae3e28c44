"""What a poller says of its keyring."""

from storage.database import Database
from storage.poller_keys import PublishedKey, publish_key, published_key
from storage.pollers import register_poller


def test_what_is_published_is_read_again(database: Database) -> None:
    with database.writing() as connection:
        register_poller(connection, poller_id="1", machine="db1", pid=1, version="1", now_ms=1)
        assert published_key(connection, "1") == PublishedKey(None, None, ())
        key = PublishedKey(b"k" * 32, "ring", ("office", "사무실"))
        publish_key(connection, "1", key)
        assert published_key(connection, "1") == key
        assert published_key(connection, "2") is None
