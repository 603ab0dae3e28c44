"""What is secret does not come out of what others say."""

from urllib.parse import quote

import pytest

from alerts.receivers.redaction import redacted

URL = "https://hooks.example/services/T0AAAA/B0BBBB/s3cretT0ken?key=k3y-value"


@pytest.mark.parametrize(
    "said",
    [
        URL,
        "POST /services/T0AAAA/B0BBBB/s3cretT0ken",
        "token s3cretT0ken is wrong",
        f"see {quote(URL, safe='')}",
        "key k3y-value",
    ],
)
def test_the_pieces_of_a_url_are_taken_out(said: str) -> None:
    cleaned = redacted(said, URL)
    assert "s3cretT0ken" not in cleaned
    assert "k3y-value" not in cleaned
    assert "T0AAAA" not in cleaned


def test_the_server_and_ordinary_words_stay() -> None:
    assert redacted("hooks.example: no such hook services", URL) == "hooks.example: no such hook services"


@pytest.mark.parametrize(
    "said", ["AGh1bnRlciAyJi8=", "aHVudGVyIDImLw==", "hunter 2&/", "hunter%202%26/", "hunter+2%26%2F"]
)
def test_a_password_is_taken_out_however_it_is_written(said: str) -> None:
    assert "•" in redacted(f"AUTH PLAIN {said}", "hunter 2&/")


def test_of_other_urls_even_the_server_may_be_a_token() -> None:
    assert redacted("POST api.telegram.org/bot123456:AAAA/send", "tgram://123456:AAAA/99887766") == (
        "POST api.telegram.org/bot•••:•••/send"
    )


def test_without_a_secret_nothing_changes() -> None:
    assert redacted("as it is", None) == redacted("as it is", "") == "as it is"


def test_a_short_secret_is_taken_out_too() -> None:
    assert redacted("PIN 12", "12") == "PIN •••"
