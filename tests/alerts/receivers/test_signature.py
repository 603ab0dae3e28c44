"""By what a receiver sees that a document is ours."""

import hashlib
import hmac

import pytest

from alerts.receivers.signature import TOLERANCE_S, is_genuine, signature

KEY = "0123456789abcdef0123456789abcdef"
BODY = b'{"version":1}'
AT_S = 1_767_232_800


def test_it_is_what_the_document_says_it_is() -> None:
    by_hand = hmac.new(KEY.encode(), b"1767232800." + BODY, hashlib.sha256).hexdigest()
    assert signature(BODY, KEY, AT_S) == f"t=1767232800,v1={by_hand}"


def test_ours_is_genuine_while_it_is_fresh() -> None:
    header = signature(BODY, KEY, AT_S)
    assert is_genuine(header, BODY, KEY, AT_S + TOLERANCE_S)
    assert not is_genuine(header, BODY, KEY, AT_S + TOLERANCE_S + 1)
    assert not is_genuine(header, BODY, KEY, AT_S - TOLERANCE_S - 1)


@pytest.mark.parametrize(
    "header", ["", "t=1", "v1=ab", f"t={AT_S},v1={'0' * 64}", f"t=x,v1={'0' * 64}", f"t={'9' * 40},v1={'0' * 64}"]
)
def test_what_is_none_is_refused(header: str) -> None:
    assert not is_genuine(header, BODY, KEY, AT_S)


def test_another_body_key_or_time_is_refused() -> None:
    header = signature(BODY, KEY, AT_S)
    assert not is_genuine(header, BODY + b" ", KEY, AT_S)
    assert not is_genuine(header, BODY, KEY[::-1], AT_S)
    assert not is_genuine(header.replace(str(AT_S), str(AT_S + 1)), BODY, KEY, AT_S)
