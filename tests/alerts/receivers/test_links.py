"""Links in messages: nobody can make or change one without the key, and they come to an end."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.receivers.links import Action, Claim, LinkError, LinkMaker, sign, verify
from tests.alerts.receivers.made_message import AT, made, made_alert, resolved_alert

KEY = b"k" * 32
CLAIM = Claim(Action.ACKNOWLEDGE, (4711, 4712), "ops", AT + 1000)


def test_what_was_signed_is_read_back() -> None:
    assert verify(sign(CLAIM, KEY), KEY, now_ms=AT, action=Action.ACKNOWLEDGE) == CLAIM


def test_it_is_over_when_its_time_is() -> None:
    token = sign(CLAIM, KEY)
    verify(token, KEY, now_ms=AT + 999)
    with pytest.raises(LinkError):
        verify(token, KEY, now_ms=AT + 1000)


def test_a_link_to_look_does_not_acknowledge() -> None:
    token = sign(Claim(Action.VIEW, (1,), "ops", AT + 1000), KEY)
    with pytest.raises(LinkError):
        verify(token, KEY, now_ms=AT, action=Action.ACKNOWLEDGE)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(LinkError):
        verify(sign(CLAIM, b"x" * 32), KEY, now_ms=AT)


@given(st.integers(min_value=0), st.sampled_from("ABCabc019-_."))
def test_no_letter_of_it_can_be_changed(place: int, letter: str) -> None:
    token = sign(CLAIM, KEY)
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]
    try:
        # The last letter of base64 has bits that mean nothing.
        assert verify(changed, KEY, now_ms=AT) == CLAIM
        assert changed == token or place in {len(token) - 1, token.index(".") - 1}
    except LinkError:
        assert changed != token


@given(st.text(max_size=300))
def test_whatever_stands_in_the_address_is_refused_and_nothing_else(token: str) -> None:
    with pytest.raises(LinkError):
        verify(token, KEY, now_ms=AT)


def test_an_endless_one_is_refused() -> None:
    with pytest.raises(LinkError):
        verify(sign(CLAIM, KEY) + "A" * 100_000, KEY, now_ms=AT)


def test_a_key_that_is_too_short_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        sign(CLAIM, b"short")


def test_a_message_has_one_to_look_and_one_to_acknowledge_what_nobody_is_on() -> None:
    message = made(made_alert(1), made_alert(2, acknowledged_by="kim"), resolved_alert(3))
    links = LinkMaker("https://w.example/", KEY)(message)
    assert links is not None
    assert links.view.startswith("https://w.example/alerts/act?t=")
    view, acknowledge = (parse_qs(urlsplit(url).query)["t"][0] for url in (links.view, links.acknowledge))
    assert verify(view, KEY, now_ms=AT, action=Action.VIEW).alert_ids == (1, 2, 3)
    claim = verify(acknowledge, KEY, now_ms=AT, action=Action.ACKNOWLEDGE)
    assert (claim.alert_ids, claim.receiver) == ((1,), "ops")


def test_where_there_is_nothing_to_acknowledge_there_is_no_link_for_it() -> None:
    links = LinkMaker("https://w.example", KEY)(made(resolved_alert()))
    assert links is not None
    assert links.acknowledge == ""
    assert LinkMaker("https://w.example", KEY)(made(alerts=())) is None


def test_the_largest_message_still_fits_a_button() -> None:
    message = made(*(made_alert(2**53 - number) for number in range(50)))
    links = LinkMaker(f"https://{'w' * 100}.example", KEY)(message)
    assert links is not None
    assert len(links.acknowledge) < 3000


def test_the_key_is_not_shown() -> None:
    assert "kkkk" not in repr(LinkMaker("https://w.example", KEY))
