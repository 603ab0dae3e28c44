"""Slack's Block Kit as its reference describes it: the blocks that an incoming webhook takes, with their limits.

Blocks: https://docs.slack.dev/reference/block-kit/blocks; objects: …/block-kit/composition-objects/text-object.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

Check = Callable[[Any], None]


def text(minimum: int, maximum: int) -> Check:
    def check(value: Any) -> None:  # noqa: ANN401 - any document
        assert isinstance(value, str)
        # As JavaScript counts: the stricter reading of "characters".
        length = len(value.encode("utf-16-le")) // 2
        assert minimum <= length <= maximum, f"{length} characters, and {minimum} to {maximum} are allowed"

    return check


def exactly(*allowed: object) -> Check:
    def check(value: Any) -> None:  # noqa: ANN401
        assert any(value is each or value == each for each in allowed), f"{value!r} is none of {allowed}"

    return check


def items(minimum: int, maximum: int, of: Check) -> Check:
    def check(value: Any) -> None:  # noqa: ANN401
        assert isinstance(value, list)
        assert minimum <= len(value) <= maximum, f"{len(value)} entries, and {minimum} to {maximum} are allowed"
        for each in value:
            of(each)

    return check


def fields(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    def check(value: Any) -> None:  # noqa: ANN401
        assert isinstance(value, dict)
        assert required.keys() <= value.keys(), f"lacks {required.keys() - value.keys()}"
        assert value.keys() <= required.keys() | optional.keys(), f"does not know {value.keys() - required.keys()}"
        for name, given in value.items():
            (required.get(name) or optional[name])(given)

    return check


def one_of(kinds: Mapping[str, Check]) -> Check:
    def check(value: Any) -> None:  # noqa: ANN401
        assert value["type"] in kinds, f"no such type: {value['type']}"
        kinds[value["type"]](value)

    return check


def web_address(maximum: int) -> Check:
    def check(value: Any) -> None:  # noqa: ANN401
        text(1, maximum)(value)
        assert urlsplit(value).scheme in {"http", "https"}

    return check


FLAG = exactly(True, False)
BLOCK_ID = text(1, 255)


def plain(maximum: int) -> Check:
    return fields({"type": exactly("plain_text"), "text": text(1, maximum)}, {"emoji": FLAG})


def marked(maximum: int) -> Check:
    return fields({"type": exactly("mrkdwn"), "text": text(1, maximum)}, {"verbatim": FLAG})


def any_text(maximum: int) -> Check:
    return one_of({"plain_text": plain(maximum), "mrkdwn": marked(maximum)})


BUTTON = fields(
    {"type": exactly("button"), "text": plain(75)},
    {
        "action_id": text(1, 255),
        "url": web_address(3000),
        "value": text(1, 2000),
        "style": exactly("primary", "danger"),
        "accessibility_label": text(1, 75),
    },
)
HEADER = fields({"type": exactly("header"), "text": plain(150)}, {"block_id": BLOCK_ID})
SECTION = fields(
    {"type": exactly("section")},
    {
        "text": any_text(3000),
        "fields": items(1, 10, any_text(2000)),
        "accessory": BUTTON,
        "block_id": BLOCK_ID,
        "expand": FLAG,
    },
)
CONTEXT = fields({"type": exactly("context"), "elements": items(1, 10, any_text(3000))}, {"block_id": BLOCK_ID})
ACTIONS = fields({"type": exactly("actions"), "elements": items(1, 25, BUTTON)}, {"block_id": BLOCK_ID})
DIVIDER = fields({"type": exactly("divider")}, {"block_id": BLOCK_ID})
BLOCK = one_of({"header": HEADER, "section": SECTION, "context": CONTEXT, "actions": ACTIONS, "divider": DIVIDER})
PAYLOAD = fields({"text": text(1, 40_000), "blocks": items(1, 50, BLOCK)}, {"unfurl_links": FLAG, "unfurl_media": FLAG})


def check_payload(payload: Any) -> None:  # noqa: ANN401
    """Fails where Slack would answer `invalid_blocks`."""
    PAYLOAD(payload)
    for block in payload["blocks"]:
        assert block["type"] != "section" or "text" in block or "fields" in block
        if block["type"] == "actions":
            ids = [element["action_id"] for element in block["elements"] if "action_id" in element]
            assert len(ids) == len(set(ids)), "an action_id is there twice"
