"""What Slack is posted, held against the schema of its blocks."""

from typing import Any

import msgspec
import pytest

from alerts.receivers.block_kit import block_kit
from alerts.receivers.links import Links
from alerts.receivers.message_text import message_text
from tests.alerts.receivers.block_kit_schema import check_payload
from tests.alerts.receivers.made_message import HOSTILE, hostile_message, made_alert, resolved_alert, text_of

LINKS = Links("https://w.example/alerts/act?t=v", "https://w.example/alerts/act?t=a")


def shown(payload: dict[str, Any]) -> str:
    found = []
    for block in payload["blocks"]:
        found += [element["text"] for element in [block.get("text"), *block.get("elements", ())] if element]
    return "\n".join(text if isinstance(text, str) else text["text"] for text in found)


def test_an_alert_with_buttons_is_as_slack_wants_it() -> None:
    payload = block_kit(text_of(), LINKS)
    check_payload(payload)
    text = shown(payload)
    for part in (
        "🛑 db1: Disk /srv 96.2%, over 90%",
        "since 2026-01-01 01:46 UTC",
        "What to do: ",
        "Rule: Disk nearly",
    ):
        assert part in text
    (actions,) = [block for block in payload["blocks"] if block["type"] == "actions"]
    assert [(each["text"]["text"], each["url"]) for each in actions["elements"]] == [
        ("View", LINKS.view),
        ("Acknowledge", LINKS.acknowledge),
    ]


def test_without_links_there_are_no_buttons_and_nothing_to_acknowledge_has_none() -> None:
    assert all(block["type"] != "actions" for block in block_kit(text_of())["blocks"])
    (actions,) = [b for b in block_kit(text_of(), Links("https://w.example/v"))["blocks"] if b["type"] == "actions"]
    assert len(actions["elements"]) == 1


def test_a_link_that_is_too_long_for_a_button_costs_the_button_alone() -> None:
    payload = block_kit(text_of(), Links("https://w.example/v", f"https://w.example/{'x' * 3000}"))
    check_payload(payload)
    assert "acknowledge" not in msgspec.json.encode(payload).decode()


def test_of_fifty_alerts_the_first_are_shown_and_the_others_counted() -> None:
    alerts = [made_alert(number, host=f"h{number}") for number in range(50)]
    payload = block_kit(text_of(*alerts, firing=1000, hosts=1000), LINKS)
    check_payload(payload)
    assert "h19" in shown(payload)
    assert "h20" not in shown(payload)
    assert "… and 980 more" in shown(payload)


@pytest.mark.parametrize("word", ["x" * 10_000, "한" * 10_000, "🛑" * 5_000, "&<>" * 5_000])
def test_whatever_the_length_the_limits_are_kept(word: str) -> None:
    check_payload(block_kit(message_text(hostile_message(word)), LINKS))


@pytest.mark.parametrize("word", HOSTILE)
def test_what_hosts_call_themselves_is_no_markup_and_calls_nobody(word: str) -> None:
    payload = block_kit(message_text(hostile_message(word)), LINKS)
    check_payload(payload)
    # Slack reads markup nowhere but here, and there only what stands between these.
    assert "<" not in payload["text"]
    assert ">" not in payload["text"]
    assert "@everyone" not in payload["text"]
    assert "mrkdwn" not in msgspec.json.encode(payload["blocks"]).decode().replace(word, "")
    assert all(
        part["emoji"] is False for block in payload["blocks"] for part in [block.get("text")] if part is not None
    )


def test_what_is_over_is_told_with_how_long_it_took() -> None:
    payload = block_kit(text_of(resolved_alert()))
    check_payload(payload)
    assert payload["blocks"][0]["text"]["text"].startswith("✅")
    assert "after 13 min" in shown(payload)


@pytest.mark.parametrize(
    "broken",
    [
        {"text": "x", "blocks": []},
        {"text": "x", "blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]},
        {"text": "x", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]},
        {"text": "x", "blocks": [{"type": "section"}]},
        {"text": "x", "blocks": [{"type": "divider"}] * 51},
        {"text": "x", "blocks": [{"type": "marquee"}]},
        {"text": "x", "blocks": [{"type": "section", "text": {"type": "plain_text", "text": ""}}]},
    ],
)
def test_the_schema_refuses_what_slack_refuses(broken: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        check_payload(broken)
