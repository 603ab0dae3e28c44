"""Texts for mails and telephones."""

import pytest

from alerts.receivers.links import Links
from alerts.receivers.message_text import message_text
from alerts.receivers.plain_text import plain_text, short_text, short_title, without_mentions
from tests.alerts.receivers.made_message import HOSTILE, hostile_message, made_alert, resolved_alert, text_of

LINKS = Links("https://w.example/alerts/act?t=v", "https://w.example/alerts/act?t=a")


def test_a_mail_has_everything_and_ends_in_a_signature() -> None:
    text = plain_text(text_of(made_alert(), resolved_alert(), firing=5), LINKS)
    for part in (
        "[Critical] db1: Disk /srv",
        "[Resolved]",
        "What to do:",
        LINKS.view,
        LINKS.acknowledge,
        "… and 4 more",
    ):
        assert part in text
    assert text.rstrip().splitlines()[-2] == "-- "


def test_a_telephone_gets_the_worst_first_and_not_all_of_it() -> None:
    text = text_of(*(made_alert(number, host=f"h{number}") for number in range(9)), firing=20)
    assert short_title(text).startswith("🛑 Critical: 20 alerts")
    lines = short_text(text, LINKS).splitlines()
    assert sum("Disk /srv" in line for line in lines) == 5
    assert lines[-2:] == ["… and 15 more", f"View: {LINKS.view}"]


def test_one_alert_alone_says_what_to_do() -> None:
    assert "du -xh" in short_text(text_of())


@pytest.mark.parametrize("word", ["x" * 5000, *HOSTILE])
def test_a_telephone_gets_no_more_than_it_shows_and_nobody_is_mentioned(word: str) -> None:
    text = message_text(hostile_message(word))
    shown = f"{short_title(text)}\n{short_text(text)}"
    assert len(shown) < 1300
    assert "@everyone" not in shown
    assert "@here" not in shown
    assert all(line.isprintable() for line in without_joiners(shown).splitlines())


def without_joiners(text: str) -> str:
    return text.replace("\N{ZERO WIDTH NON-JOINER}", "").replace("️", "")


def test_a_mention_looks_the_same_and_is_none() -> None:
    assert without_joiners(without_mentions("@everyone a@b @ x")) == "@everyone a@b @ x"
    assert "@everyone" not in without_mentions("@everyone")


def test_a_host_cannot_add_lines_to_a_mail() -> None:
    hostile = plain_text(message_text(hostile_message("a\r\n\r\nAll is well.")))
    assert not [line for line in hostile.splitlines() if line.strip() == "All is well."]
