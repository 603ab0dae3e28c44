import pytest

from storage.spool.frames import MARKER, PAYLOAD_LIMIT, Frame, frame, kinds_within, read_frames

THREE = [Frame(1, b"one"), Frame(2, b""), Frame(3, b"three" * 100)]
BYTES = b"".join(frame(*each) for each in THREE)


def test_what_was_framed_is_read_again() -> None:
    assert read_frames(BYTES) == (THREE, False)
    assert read_frames(b"") == ([], False)


@pytest.mark.parametrize("cut", [1, 2, 250, 500, 505, 508, 512])
def test_a_last_frame_that_is_cut_short_is_left_out_and_is_no_damage(cut: int) -> None:
    assert read_frames(BYTES[:-cut]) == (THREE[:2], False)


@pytest.mark.parametrize("place", range(len(frame(*THREE[0]))))
def test_whatever_byte_is_wrong_costs_one_frame_and_is_damage(place: int) -> None:
    damaged = bytearray(BYTES)
    damaged[place] ^= 0x01
    assert read_frames(bytes(damaged)) == (THREE[1:], True)


def test_a_wrong_byte_in_the_last_frame_is_damage_too() -> None:
    damaged = bytearray(BYTES)
    damaged[-1] ^= 0x80
    assert read_frames(bytes(damaged)) == (THREE[:2], True)


@pytest.mark.parametrize("rubbish", [b"\0" * 4096, b"text", MARKER * 30], ids=["zeros", "text", "markers"])
def test_what_is_no_frame_at_all_is_damage(rubbish: bytes) -> None:
    found, damaged = read_frames(BYTES + rubbish)
    assert (found, damaged) == (THREE, True)
    assert read_frames(rubbish + BYTES) == (THREE, True)


def test_a_marker_within_a_payload_is_part_of_it() -> None:
    tricky = frame(1, MARKER + BYTES)
    assert read_frames(tricky + BYTES).found == [Frame(1, MARKER + BYTES), *THREE]


def test_a_file_made_of_markers_is_given_up_on_in_time() -> None:
    hostile = frame(1, b"x" * 1_000_000)[:-1] + b"".join(
        MARKER + b"\x01" + (400_000).to_bytes(4, "little") + b"\0\0\0\0" for _ in range(100_000)
    )
    assert read_frames(hostile) == ([], True)


def test_a_payload_beyond_the_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="over the limit"):
        frame(1, bytes(PAYLOAD_LIMIT + 1))


def test_kinds_are_told_by_the_heads_alone() -> None:
    assert kinds_within(BYTES) == [1, 2, 3]
    assert kinds_within(BYTES[:-1]) == [1, 2]
    assert kinds_within(b"rubbish that is longer than a head") == []
