from remote_probe.backlog import Backlog


def _all(backlog: Backlog) -> list[bytes]:
    lines = []
    while head := backlog.head():
        lines.append(head)
        backlog.written(len(head))
    return lines


def test_lines_come_out_in_their_order_in_pieces_of_any_size() -> None:
    backlog = Backlog()
    backlog.put(b"first\n")
    backlog.put(b"second\n")
    written = b""
    while head := backlog.head():
        written += head[:2]
        backlog.written(len(head[:2]))
    assert written == b"first\nsecond\n"


def test_beyond_its_limit_the_oldest_scrapes_are_given_up() -> None:
    backlog = Backlog(lines_limit=3)
    for number in range(10):
        backlog.put(b"%d\n" % number)
    assert _all(backlog) == [b"7\n", b"8\n", b"9\n"]


def test_memory_is_bounded_as_well_as_the_count() -> None:
    backlog = Backlog(bytes_limit=1000)
    for _ in range(100):
        backlog.put(b"x" * 300)
    assert len(_all(backlog)) == 3


def test_a_single_line_larger_than_the_limit_is_still_sent() -> None:
    backlog = Backlog(bytes_limit=10)
    backlog.put(b"x" * 100)
    assert _all(backlog) == [b"x" * 100]


def test_greeting_and_layouts_are_never_given_up_and_stay_ahead_of_what_needs_them() -> None:
    backlog = Backlog(lines_limit=3)
    backlog.put(b"hello\n", "hello")
    backlog.put(b"fast 1\n", "fast")
    backlog.put(b"slow 1\n", "slow")
    for number in range(5):
        backlog.put(b"old %d\n" % number)
    backlog.put(b"fast 2\n", "fast")
    for number in range(5):
        backlog.put(b"new %d\n" % number)
    assert _all(backlog) == [b"hello\n", b"fast 2\n", b"slow 1\n", b"new 2\n", b"new 3\n", b"new 4\n"]


def test_a_line_half_written_is_finished_whatever_is_given_up() -> None:
    backlog = Backlog(lines_limit=2)
    backlog.put(b"begun\n")
    backlog.head()
    backlog.written(3)
    for number in range(5):
        backlog.put(b"%d\n" % number)
    assert b"".join(_all(backlog)) == b"un\n3\n4\n"
