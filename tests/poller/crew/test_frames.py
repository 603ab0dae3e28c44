"""Messages as bytes."""

import pytest

from poller.crew.frames import Unframer, framed

MESSAGES = [b"one", b"", b"x" * 70_000]


@pytest.mark.parametrize("step", [1, 3, 4096, 10**6])
def test_messages_come_back_however_the_bytes_are_cut(step: int) -> None:
    sent = b"".join(map(framed, MESSAGES))
    unframer = Unframer()
    cut = [sent[at : at + step] for at in range(0, len(sent), step)]
    assert [message for part in cut for message in unframer.feed(part)] == MESSAGES
