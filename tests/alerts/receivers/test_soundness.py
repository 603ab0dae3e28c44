"""Receivers are looked at before they are saved; what is secret is not quoted, whatever is wrong with it."""

from typing import Any

import pytest

from alerts.receivers.soundness import check_receiver
from storage.alerting.receiver import NewReceiver, ReceiverKind
from storage.errors import InvalidInputError

EMAIL: dict[str, Any] = {"server": "smtp.example.org", "sender": "w@example.org", "to": ["ops@example.org"]}
TOKEN = "s3cret-t0ken-4711"
KEY = "0123456789abcdef"


def check(kind: str, secret: str | None = None, *, keeps: bool = False, **options: Any) -> tuple[str, ...]:  # noqa: ANN401
    return check_receiver(NewReceiver(name="x", kind=ReceiverKind(kind), options=options), secret, keeps_secret=keeps)


def test_sound_ones_pass_without_a_word() -> None:
    assert check("email", **EMAIL) == ()
    assert check("email", "password", **EMAIL, user="w") == ()
    assert check("slack", f"https://hooks.slack.com/services/T0/B0/{TOKEN}", time_zone="Asia/Seoul") == ()
    assert check("webhook", f"https://x.example/{TOKEN} {KEY}") == ()
    assert check("webhook", None, keeps=True) == ()
    assert check("apprise", f"tgram://123456789:{'a' * 35}/12345/") == ()
    assert check("desktop") == ()


@pytest.mark.parametrize(
    ("kind", "secret", "options", "said"),
    [
        ("webhook", f"http://x.example/{TOKEN} {KEY}", {}, "everybody on the way"),
        ("webhook", f"https://x.example/{TOKEN}", {}, "Without a signing key"),
        ("email", "password", {**EMAIL, "user": "w", "security": "none"}, "mails and the password"),
        ("email", None, {**EMAIL, "security": "none"}, "everybody on the way"),
    ],
)
def test_what_is_not_advisable_is_warned_of(kind: str, secret: str | None, options: dict[str, Any], said: str) -> None:
    assert any(said in warning for warning in check(kind, secret, **options))


def test_on_this_machine_nobody_is_on_the_way() -> None:
    assert check("webhook", f"http://127.0.0.1:9/ {KEY}") == ()
    assert check("email", **{**EMAIL, "server": "localhost", "security": "none"}) == ()


@pytest.mark.parametrize(
    ("kind", "secret", "options", "said"),
    [
        ("webhook", None, {}, "Without its URL"),
        ("webhook", f"ftp://x/{TOKEN}", {}, "does not begin with"),
        ("webhook", f"https://x.example/{TOKEN} short", {}, "shorter than 16"),
        ("webhook", f"https://x.example/{TOKEN}", {"url": "x"}, "no option “url”"),
        ("slack", f"https://evil.example/services/T0/B0/{TOKEN}", {}, "no URL of a Slack webhook"),
        ("slack", f"http://hooks.slack.com/services/T0/B0/{TOKEN}", {}, "no URL of a Slack webhook"),
        ("slack", "https://hooks.slack.com/", {}, "no URL of a Slack webhook"),
        ("slack", TOKEN, {}, "does not begin with"),
        ("email", None, {**EMAIL, "to": ["ops"]}, "no mail address"),
        ("email", None, {**EMAIL, "to": ["ops@example.org", "OPS@example.org"]}, "twice"),
        ("email", None, {**EMAIL, "server": "smtp:25"}, "no name of a server"),
        ("email", None, {**EMAIL, "user": "w"}, "takes a password"),
        ("email", TOKEN, {**EMAIL}, "nobody to log in as"),
        ("email", None, {**EMAIL, "time_zone": "Mars/Olympus"}, "no time zone"),
        ("email", None, {**EMAIL, "time_zone": "../../etc/passwd"}, "no time zone"),
        ("desktop", TOKEN, {}, "has no secret"),
        ("apprise", f"tgarm://{TOKEN}/1", {}, "no service"),
        ("apprise", f"tgram://{TOKEN}", {}, "something is missing"),
        ("apprise", TOKEN, {}, "That is no URL"),
        ("apprise", f"json://a/{TOKEN},json://b/", {}, "more than one"),
        ("apprise", f"pover://{TOKEN}", {}, "something is missing"),
    ],
)
def test_what_cannot_work_is_refused_and_no_secret_quoted(
    kind: str, secret: str | None, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        check(kind, secret, **options)
    told = f"{caught.value.message} {caught.value.hint}"
    assert said in told
    assert TOKEN not in told


def test_a_service_that_is_spelt_wrongly_is_guessed() -> None:
    with pytest.raises(InvalidInputError) as caught:
        check("apprise", "discrod://a/b")
    assert "discord://" in caught.value.hint
