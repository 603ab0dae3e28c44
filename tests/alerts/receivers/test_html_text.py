"""The HTML of mails: sound, escaped, and nothing in it that is fetched from elsewhere."""

from html.parser import HTMLParser

import pytest

from alerts.receivers.html_text import CHART_ID, html_text
from alerts.receivers.links import Links
from alerts.receivers.message_text import message_text
from tests.alerts.receivers.made_message import HOSTILE, hostile_message, made_alert, resolved_alert, text_of

LINKS = Links("https://w.example/alerts/act?t=v&x=1", "https://w.example/alerts/act?t=a")
_VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """What a mail program makes of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_it_says_what_the_text_says() -> None:
    page = Page(html_text(text_of(made_alert(), resolved_alert(host="web2"), firing=4), LINKS))
    assert page.open == []
    for part in ("db1: Disk /srv 96.2%, over 90%", "since 2026-01-01 01:46 UTC", "web2", "… and 3 more", "What to do"):
        assert part in page.text
    assert [link["href"] for link in page.of("a")] == [LINKS.view, LINKS.acknowledge]


def test_without_links_there_are_no_buttons_and_without_a_chart_no_picture() -> None:
    page = Page(html_text(text_of()))
    assert page.of("a") == page.of("img") == []


def test_the_chart_is_the_one_in_the_mail_and_is_told_in_words() -> None:
    (picture,) = Page(html_text(text_of(), chart="Disk, the last 6 h")).of("img")
    assert picture["src"] == f"cid:{CHART_ID}"
    assert picture["alt"] == "Disk, the last 6 h"


def test_it_fits_a_telephone_and_knows_dark_mode() -> None:
    html = html_text(text_of())
    assert "width=device-width" in html
    assert "max-width:600px" in html
    assert "prefers-color-scheme:dark" in html
    # Where a background is set, so is the colour of what stands on it.
    assert 'class="ink"' in html


@pytest.mark.parametrize("word", HOSTILE)
def test_whatever_a_host_calls_itself_the_page_has_the_same_elements(word: str) -> None:
    harmless = Page(html_text(message_text(hostile_message("harmless")), LINKS))
    hostile = Page(html_text(message_text(hostile_message(word)), LINKS))
    assert hostile.open == []
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in harmless.tags]
    assert {name for _, given in hostile.tags for name in given} == {
        name for _, given in harmless.tags for name in given
    }
    assert [link["href"] for link in hostile.of("a")] == [LINKS.view, LINKS.acknowledge]


def test_nothing_is_fetched_from_elsewhere() -> None:
    notes = {"summary": '<img src="https://evil.example/x.png">', "runbook_url": "https://wiki.example/x?a=1&b=2"}
    page = Page(html_text(text_of(made_alert(annotations=notes)), LINKS, chart="x"))
    assert [picture["src"] for picture in page.of("img")] == [f"cid:{CHART_ID}"]
    assert page.of("a")[-1]["href"] == "https://wiki.example/x?a=1&b=2"
    assert not page.of("script")
    assert not page.of("link")
