"""Options as they are stored, and as people type them."""

import pytest

from alerts.receivers.options import EmailOptions, options_of, parsed_option
from storage.alerting.receiver import ReceiverKind
from storage.errors import InvalidInputError

EMAIL = {"server": "smtp.example.org", "sender": "w@example.org", "to": ["ops@example.org"]}


def test_what_is_not_set_has_a_default() -> None:
    options = options_of(ReceiverKind.EMAIL, EMAIL)
    assert isinstance(options, EmailOptions)
    assert (options.language, options.security, options.used_port, options.chart) == ("en", "starttls", 587, True)
    assert options_of(ReceiverKind.EMAIL, {**EMAIL, "security": "tls"}).used_port == 465  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"recipients": []}, "no option “recipients”"),
        ({"lang": "ko"}, "no option “lang”"),
        ({"language": "de"}, "de"),
        ({"port": 70_000}, "port"),
        ({"port": "25"}, "port"),
        ({"to": []}, "to"),
        ({"to": "ops@example.org"}, "to"),
        ({"burst": 0}, "burst"),
        ({"every_s": 0}, "every_s"),
        ({"security": "ssl"}, "ssl"),
    ],
)
def test_what_cannot_be_used_is_named(given: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        options_of(ReceiverKind.EMAIL, EMAIL | given)


def test_a_similar_name_is_proposed() -> None:
    with pytest.raises(InvalidInputError) as caught:
        options_of(ReceiverKind.EMAIL, {**EMAIL, "serber": "x"})
    assert caught.value.hint == "Did you mean “server”?"


def test_one_that_is_missing_is_named() -> None:
    with pytest.raises(InvalidInputError, match="There has to be an option `server`"):
        options_of(ReceiverKind.EMAIL, {"sender": "w@example.org", "to": ["a@b"]})


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("port", "2525", 2525),
        ("to", "a@example.org, b@example.org,", ["a@example.org", "b@example.org"]),
        ("chart", "no", False),
        ("chart", "true", True),
        ("every_s", "30", 30.0),
        ("server", "smtp", "smtp"),
        ("unknown", "x", "x"),
    ],
)
def test_texts_become_what_the_option_is(name: str, text: str, value: object) -> None:
    assert parsed_option(ReceiverKind.EMAIL, name, text) == value


@pytest.mark.parametrize(("name", "text"), [("port", "smtp"), ("chart", "maybe"), ("every_s", "")])
def test_a_text_that_is_no_such_thing_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidInputError, match=name):
        parsed_option(ReceiverKind.EMAIL, name, text)
