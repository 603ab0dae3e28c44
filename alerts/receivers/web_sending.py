"""Tells those that are posted to: Slack, and webhooks of one's own."""

import time

import msgspec

from alerts.receivers.block_kit import block_kit
from alerts.receivers.delivery import Answer
from alerts.receivers.errand import Errand
from alerts.receivers.http_sending import Posted, PostError, post
from alerts.receivers.message_text import MessageText
from alerts.receivers.signature import HEADER, signature
from alerts.receivers.webhook_body import webhook_body
from alerts.receivers.webhook_secret import parse_webhook_secret

_JSON = {"Content-Type": "application/json; charset=utf-8"}
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429})


def send_to_slack(errand: Errand, text: MessageText, limit_s: float) -> Answer:
    """Posts blocks; Slack answers `ok`, or one word that says what is wrong."""
    body = msgspec.json.encode(block_kit(text, errand.links))
    try:
        posted = post(errand.secret or "", body, _JSON, limit_s)
    except PostError as error:
        return Answer(False, error.text, error.again)
    if posted.status == 200 and posted.text.strip() != "ok":
        return Answer(False, f"That was not Slack: {_said(posted)}")
    return _judged(posted)


def send_to_webhook(errand: Errand, text: MessageText, limit_s: float) -> Answer:
    """Posts a signed document."""
    reached = parse_webhook_secret(errand.secret or "")
    body = webhook_body(errand.message, text, errand.links)
    headers = {**_JSON, "Idempotency-Key": errand.message.idempotency_key}
    if reached.key:
        # Of now, and not of when the message was made: a receiver refuses what is old.
        headers[HEADER] = signature(body, reached.key, int(time.time()))
    try:
        return _judged(post(reached.url, body, headers, limit_s))
    except PostError as error:
        return Answer(False, error.text, error.again)


def _judged(posted: Posted) -> Answer:
    again = posted.status >= 500 or posted.status in _WORTH_ANOTHER_TRY
    return Answer(200 <= posted.status < 300, _said(posted), again)


def _said(posted: Posted) -> str:
    text = " ".join(posted.text.split())
    return f"HTTP {posted.status}{f': {text[:300]}' if text else ''}"
