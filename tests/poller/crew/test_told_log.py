"""The log of a worker, as messages."""

import logging

import pytest
import structlog

from poller.crew.messages import FromWorker, Told, decode_from_worker, encode
from poller.crew.told_log import log_to


def test_half_characters_and_endless_numbers_can_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[FromWorker] = []
    found: list[logging.Handler] = []

    def configure(handlers: list[logging.Handler], **_: object) -> None:
        found.extend(handlers)

    def send(message: Told) -> None:
        told.append(decode_from_worker(encode(message)))

    monkeypatch.setattr(logging, "basicConfig", configure)
    before = structlog.get_config()
    try:
        log_to(send)
        structlog.get_logger().warning("half \udcff", path="/tmp/\udcff", size=2**70, count=3)
    finally:
        structlog.configure(**before)
    found[0].emit(logging.LogRecord("library", logging.WARNING, "", 0, "of %s", ("\udcff",), None))
    assert told == [
        Told("warning", "half ?", {"path": "/tmp/?", "size": str(2**70), "count": 3}),
        Told("warning", "of ?", {}),
    ]
