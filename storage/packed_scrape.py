"""Scrapes packed where they arrive, on their way to the database."""

import msgspec

from storage.process_rows import pack_process_text, pack_processes
from storage.scrape import Scrape, Vector
from storage.series import Layout
from storage.vector import pack_vector


class PackedScrape(msgspec.Struct, frozen=True, eq=False):
    """A scrape on its way to the database; 1 to 3 KB, where the process table alone takes 24 KB unpacked.

    Attributes:
        host_id: whose.
        ts: when it was read, UTC milliseconds.
        session_at: when its probe started, UTC milliseconds.
        vectors: cadence, layout and packed values of each group.
        processes: the packed process table, if there was one.
    """

    host_id: int
    ts: int
    session_at: int
    vectors: tuple[tuple[int, Layout, bytes], ...]
    processes: bytes | None


def pack_scrape(scrape: Scrape) -> PackedScrape:
    """Raises ValueError for a vector that does not fit its layout and for texts that are no Unicode."""
    vectors = tuple([_pack(vector) for vector in scrape.vectors])
    return PackedScrape(scrape.host_id, scrape.ts, scrape.session_at, vectors, _pack_table(scrape))


def _pack_table(scrape: Scrape) -> bytes | None:
    if scrape.processes_text is not None:
        return pack_process_text(scrape.processes_text)
    return None if scrape.processes is None else pack_processes(scrape.processes)


def _pack(vector: Vector) -> tuple[int, Layout, bytes]:
    layout, values = vector.layout, vector.values
    if values.shape != (len(layout.series),):
        raise ValueError(f"{values.shape} values for a layout of {len(layout.series)} series")
    # Computed once a layout, and here, so that a layout which cannot be written never gets to the writer.
    _ = layout.digest
    return int(vector.cadence), layout, pack_vector(values)
