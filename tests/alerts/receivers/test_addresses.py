"""Mail addresses and web addresses, judged by their form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.receivers.addresses import checked_mail_address, checked_server, checked_url
from storage.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ops@example.org", "ops@example.org"),
        ("first.last+alerts@mail.example.org", "first.last+alerts@mail.example.org"),
        ("root@localhost", "root@localhost"),
        ("운영@example.org", None),
        ("ops@예시.kr", "ops@xn--vv4b11d.kr"),
        ("ops", None),
        ("@example.org", None),
        ("ops@", None),
        ("ops@exa mple.org", None),
        ("ops@-example.org", None),
        ("a@b@example.org", None),
        (".ops@example.org", None),
        ("ops@example.org\r\nBcc: x@example.org", None),
        ("ops@example.org,x@example.org", None),
        ("Ops <ops@example.org>", None),
        (f"{'x' * 65}@example.org", None),
        (f"ops@{'x' * 64}.org", None),
    ],
)
def test_an_address_is_taken_or_refused(text: str, kept: str | None) -> None:
    if kept is not None:
        assert checked_mail_address(text) == kept
        return
    with pytest.raises(InvalidInputError, match="no mail address"):
        checked_mail_address(text)


@given(st.text(max_size=100))
def test_whatever_is_taken_has_no_line_break_space_or_comma(text: str) -> None:
    try:
        kept = checked_mail_address(f"{text}@example.org")
    except InvalidInputError:
        return
    assert kept.isascii()
    assert kept.isprintable()
    assert not set(kept) & set(' ,;<>()[]\\"')


@pytest.mark.parametrize("name", ["smtp.example.org", "127.0.0.1", "::1", "mail", "예시.kr"])
def test_a_server_has_a_name_or_an_address(name: str) -> None:
    assert checked_server(name)


@pytest.mark.parametrize("name", ["", "smtp.example.org:25", "a b", "smtp://x", "-x", "x..y", "x\n"])
def test_anything_else_is_no_server(name: str) -> None:
    with pytest.raises(InvalidInputError, match="no name of a server"):
        checked_server(name)


TOKEN = "s3cret-t0ken"


@pytest.mark.parametrize("url", [f"https://x.example/{TOKEN}", f"http://127.0.0.1:8080/?t={TOKEN}", "https://[::1]/a"])
def test_a_web_address_is_taken(url: str) -> None:
    assert checked_url(url, "The URL").hostname


@pytest.mark.parametrize(
    "url",
    [
        "",
        TOKEN,
        f"ftp://x.example/{TOKEN}",
        f"https:///{TOKEN}",
        f"https://x.example:99999/{TOKEN}",
        f"https://x.example:0/{TOKEN}",
        f"https://[::1/{TOKEN}",
        f"https://x y.example/{TOKEN}",
        f"https://x.example/{TOKEN}\n",
        f"https://user:{TOKEN}@x.example/",
        f"https://{TOKEN}@x.example/",
        f"https://x.example/{TOKEN}/ü",
        f"https://x.example/{TOKEN * 1000}",
    ],
)
def test_any_other_is_refused_and_not_quoted(url: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        checked_url(url, "The URL")
    assert TOKEN not in f"{caught.value.message} {caught.value.hint}"
