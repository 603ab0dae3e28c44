"""Links in messages that say which alerts they are about, until when, and that it was us who made them. Pure.

A link alone changes nothing: scanners of mails follow every one of them. The page it leads to asks, by POST.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from alerts.notifier.message import Message
from storage.errors import InvalidInputError

KEY_BYTES = 32
LIFETIME_S = 7 * 86_400
PATH = "/alerts/act"
_TOKEN_LIMIT = 4096
_PURPOSE = b"watchpost alert link 1\n"
"""What is signed for something else with the same key is worth nothing here."""


class Action(StrEnum):
    """What somebody wants who follows the link."""

    VIEW = "view"
    ACKNOWLEDGE = "acknowledge"


class Claim(msgspec.Struct, frozen=True, array_like=True):
    """What a link says.

    Attributes:
        action: what it is for.
        alert_ids: which alerts it is about.
        receiver: who was told; whoever acknowledges without a login does so in its name.
        expires_at: UTC milliseconds.
    """

    action: Action
    alert_ids: tuple[int, ...]
    receiver: str
    expires_at: int


class Links(msgspec.Struct, frozen=True):
    """The links of one message; `acknowledge` is empty where nothing is left to acknowledge."""

    view: str
    acknowledge: str = ""


class LinkError(InvalidInputError):
    """A link that is not ours, or is over."""

    kind = "link_refused"


@dataclass(frozen=True, slots=True)
class LinkMaker:
    """Makes the links of messages.

    Attributes:
        base_url: of the pages, as `https://watchpost.example.org`.
        key: to sign with; at least `KEY_BYTES`.
        lifetime_s: for how long they may be used.
    """

    base_url: str
    key: bytes = field(repr=False)
    lifetime_s: float = LIFETIME_S

    def __call__(self, message: Message) -> Links | None:
        """Those of a message; None where it is about no alert."""
        ids = tuple(each.id for each in message.alerts)
        open_ids = tuple(each.id for each in message.alerts if each.firing and not each.acknowledged_by)
        if not ids:
            return None
        return Links(
            self._url(message, Action.VIEW, ids), self._url(message, Action.ACKNOWLEDGE, open_ids) if open_ids else ""
        )

    def _url(self, message: Message, action: Action, ids: tuple[int, ...]) -> str:
        expires_at = message.at + round(self.lifetime_s * 1000)
        token = sign(Claim(action, ids, message.receiver, expires_at), self.key)
        return f"{self.base_url.rstrip('/')}{PATH}?t={token}"


def sign(claim: Claim, key: bytes) -> str:
    """The claim and its HMAC-SHA256, in letters that an address may have."""
    said = msgspec.msgpack.encode(claim)
    return f"{_text(said)}.{_text(_mac(said, key))}"


def verify(token: str, key: bytes, *, now_ms: int, action: Action | None = None) -> Claim:
    """What a link says, once it is sure that it is ours. The comparison takes equally long for every wrong one.

    Args:
        token: what stands in the address.
        key: with which it should be signed.
        now_ms: UTC milliseconds.
        action: what it has to be for; None for any.

    Raises:
        LinkError: it is not ours, was changed, is over, or is for something else. Why exactly is not told.
    """
    said, _, mac = token[: _TOKEN_LIMIT + 1].partition(".")
    content = _bytes(said)
    genuine = hmac.compare_digest(_mac(content, key), _bytes(mac)) and len(token) <= _TOKEN_LIMIT
    try:
        claim = msgspec.msgpack.decode(content, type=Claim) if genuine else None
    except msgspec.MsgspecError:
        claim = None
    if claim is None or now_ms >= claim.expires_at or (action is not None and claim.action is not action):
        raise LinkError("This link is not valid, or not any more.", hint="Look at the alerts in Watchpost itself.")
    return claim


def _mac(content: bytes, key: bytes) -> bytes:
    if len(key) < KEY_BYTES:
        raise ValueError(f"a key of links has at least {KEY_BYTES} bytes")
    return hmac.new(key, _PURPOSE + content, hashlib.sha256).digest()


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode() + b"=" * (-len(text) % 4), b"-_", validate=True)
    except (ValueError, UnicodeError):
        return b""
