"""What can be set for a receiver, by its kind. Nothing here is secret; with what it is reached lies in the keyring."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal

import msgspec

from storage.alerting.receiver import ReceiverKind
from storage.errors import InvalidInputError
from storage.printable import printable

Language = Literal["en", "ko"]
Security = Literal["starttls", "tls", "none"]
RECIPIENTS_LIMIT = 100


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every kind has.

    Attributes:
        language: of its texts.
        time_zone: in which it is told times, as `Asia/Seoul`; empty for that of the database.
        burst: how many messages it gets at once at the most.
        every_s: after so many seconds one more may be sent to it.
    """

    language: Language = "en"
    time_zone: str = ""
    burst: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 10
    every_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 60.0


class EmailOptions(Options, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mail server, and who gets the mails.

    Attributes:
        server: its name or address.
        port: 0 for the usual one: 587 with STARTTLS, 465 with TLS, 25 without either.
        security: how the connection is encrypted.
        user: as whom to log in; empty for not at all.
        sender: the address that mails come from.
        to: the addresses that get them.
        chart: whether a picture of the metric is in the mail.
    """

    server: str
    port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 0
    security: Security = "starttls"
    user: str = ""
    sender: str
    to: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=RECIPIENTS_LIMIT)]
    chart: bool = True

    @property
    def used_port(self) -> int:
        """The port that is connected to."""
        return self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security]


_KINDS: Mapping[ReceiverKind, type[Options]] = {
    ReceiverKind.EMAIL: EmailOptions,
    ReceiverKind.SLACK: Options,
    ReceiverKind.WEBHOOK: Options,
    ReceiverKind.APPRISE: Options,
    ReceiverKind.DESKTOP: Options,
}


def options_of(kind: ReceiverKind, given: Mapping[str, object]) -> Options:
    """The options as they are used.

    Raises:
        InvalidInputError: one is unknown, missing, or of no use; the hint says what there is.
    """
    of_kind = _KINDS[kind]
    known = [each.name for each in msgspec.structs.fields(of_kind)]
    for name in given:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            raise InvalidInputError(
                f"A receiver by {kind.value} has no option “{printable(name, 60)}”.",
                hint=f"Did you mean “{close[0]}”?" if close else f"There are: {', '.join(known)}.",
            )
    try:
        return msgspec.convert(dict(given), of_kind)
    except msgspec.ValidationError as error:
        raise InvalidInputError(f"{_said(error)}.", hint=f"Options of {kind.value}: {', '.join(known)}.") from error


def parsed_option(kind: ReceiverKind, name: str, text: str) -> object:
    """An option as a person types it, in the type that it has; unknown names stay texts, to be refused with the rest.

    Raises:
        InvalidInputError: it is no such thing as the option is.
    """
    field = next((each for each in msgspec.structs.fields(_KINDS[kind]) if each.name == name), None)
    if field is None:
        return text
    wanted: Any = field.type
    try:
        if name == "to":
            return [part.strip() for part in text.split(",") if part.strip()]
        if wanted is bool:
            return msgspec.convert({"yes": "true", "no": "false"}.get(text, text), bool, strict=False)
        # Not as the struct has it: limits are looked at when all options are there.
        return msgspec.convert(text, wanted, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidInputError(f"The option {name} cannot be “{printable(text, 60)}”: {error}.") from error


def _said(error: msgspec.ValidationError) -> str:
    """`Object missing required field `server`` → a sentence that says "option"."""
    text = printable(str(error), 300)
    return text.replace("Object missing required field", "There has to be an option").replace(" - at `$.", ": `")
