"""A receiver as a command gets it: options as `NAME=VALUE`, and the secret, which stands on no command line."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.text import Text

from alerts.receivers.options import parsed_option
from storage.alerting.receiver import ReceiverKind
from storage.errors import InvalidInputError
from storage.printable import printable
from storage.secret_keeper import CredentialKind
from watchpost.console import errors, is_interactive
from watchpost.secret_input import secret_from
from watchpost.secret_keeping import ask_secret, read_secret

OptionsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--option",
        "-o",
        metavar="NAME=VALUE",
        help="One of its options; may be given several times.",
        show_default=False,
    ),
]
SecretFileOption = Annotated[
    str | None,
    typer.Option("--from-file", metavar="FILE|-", help="Read its URL or password from a file, or from a pipe."),
]

_ASKED = {
    ReceiverKind.EMAIL: "Password at the mail server",
    ReceiverKind.SLACK: "URL of the Slack webhook",
    ReceiverKind.WEBHOOK: "URL of the webhook",
    ReceiverKind.APPRISE: "Apprise URL",
}


def given_options(kind: ReceiverKind, said: Sequence[str] | None) -> dict[str, object]:
    """The options by name, in the types that they have. Raises InvalidInputError."""
    options: dict[str, object] = {}
    for each in said or ():
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise InvalidInputError(f"“{printable(each, 60)}” is no option.", hint="Write it as --option NAME=VALUE.")
        if name in options:
            raise InvalidInputError(f"The option {printable(name, 60)} is there twice.")
        options[name] = parsed_option(kind, name, value)
    return options


def receiver_secret(kind: ReceiverKind, name: str, from_file: str | None) -> str:
    """With what it is reached: from a file, typed without being shown, or the first line of a pipe."""
    if from_file is not None:
        return secret_from(name, CredentialKind.RECEIVER, from_file)
    what = _ASKED[kind]
    if not is_interactive():
        return read_secret(what)
    # A URL is copied and not typed: there is no sense in asking for it twice.
    secret = ask_secret(what, twice=kind is ReceiverKind.EMAIL)
    if kind is ReceiverKind.WEBHOOK and " " not in secret.strip():
        key = ask_secret("Key to sign with (empty for none)", twice=False)
        return f"{secret.strip()} {key.strip()}".strip()
    return secret


def tell_warnings(warnings: Sequence[str]) -> None:
    """What is allowed and not advisable."""
    for warning in warnings:
        errors().print(Text(f"Beware: {warning}"))
