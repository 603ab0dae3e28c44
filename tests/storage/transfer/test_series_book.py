"""The series of a file."""

import pytest

from storage.scrape import Cadence
from storage.transfer import series_book
from storage.transfer.refusals import RefusalReason, RefusedError
from storage.transfer.series_book import SeriesBook
from tests.recorded import key


def reason(book: SeriesBook, host: str, name: str, **labels: str) -> RefusalReason:
    with pytest.raises(RefusedError) as caught:
        book.number(host, name, labels)
    return caught.value.reason


def test_a_series_keeps_its_number_and_groups_are_of_a_host_and_a_cadence() -> None:
    book = SeriesBook()
    found = [
        book.number("a", "load1", {}),
        book.number("a", "filesystem_free_bytes", {"mount": "/"}),
        book.number("b", "load1", {}),
        book.number("a", "load5", {}),
        book.number("a", "load1", {}),
    ]
    assert found == [0, 1, 2, 3, 0]
    assert book.groups == [("a", Cadence.FAST), ("a", Cadence.SLOW), ("b", Cadence.FAST)]
    assert list(book.group_of) == [0, 1, 2, 0]
    assert book.hosts == ["a", "b"]


def test_labels_are_put_in_the_order_of_the_catalogue() -> None:
    book = SeriesBook()
    book.number("a", "custom", {"series": "x", "check": "y"})
    assert book.keys == [key("custom", check="y", series="x")]


def test_what_cannot_be_stored_is_refused() -> None:
    book = SeriesBook()
    assert reason(book, "a", "lode1") is RefusalReason.UNKNOWN_METRIC
    assert reason(book, "a", "cpu_usage_percent") is RefusalReason.DERIVED_METRIC
    assert reason(book, "a", "load1", mount="/") is RefusalReason.BAD_LABELS
    assert reason(book, "a", "filesystem_free_bytes") is RefusalReason.BAD_LABELS
    assert reason(book, "a\x1b[0m", "load1") is RefusalReason.CONTROL_CHARACTERS
    assert reason(book, "a" * 256, "load1") is RefusalReason.CONTROL_CHARACTERS
    assert book.keys == []


@pytest.mark.parametrize("limit", ["SERIES_LIMIT", "GROUP_LIMIT"])
def test_there_may_only_be_so_many(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(series_book, limit, 2)
    book = SeriesBook()
    for name in ("/", "/home"):
        book.number("a", "filesystem_free_bytes", {"mount": name})
    assert reason(book, "a", "filesystem_free_bytes", mount="/srv") is RefusalReason.TOO_MANY_SERIES
    assert book.number("a", "filesystem_free_bytes", {"mount": "/"}) == 0
