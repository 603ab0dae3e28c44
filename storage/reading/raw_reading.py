"""Readings of hosts as they were taken, whether they are sealed or not."""

from sqlalchemy import Connection

from storage.reading.asked import Asked
from storage.reading.choice import Chooser
from storage.reading.head_rows import read_head
from storage.reading.readings import Readings, put_together
from storage.reading.sealed_rows import read_sealed


def read_readings(connection: Connection, chooser: Chooser, asked: Asked) -> list[Readings]:
    """All there are, each once.

    Returns:
        One for each layout, by host, session and time.

    Raises:
        DatabaseCorruptError: a reading does not fit its layout, or a chunk that is needed is damaged.
    """
    return put_together(read_sealed(connection, chooser, asked), read_head(connection, chooser, asked))
