"""Whether a receiver can work at all, before it is saved. What is wrong is said; what is secret is never quoted."""

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from alerts.receivers.addresses import checked_mail_address, checked_server, checked_url, is_own_machine
from alerts.receivers.options import EmailOptions, Options, options_of
from alerts.receivers.webhook_secret import parse_webhook_secret
from storage.alerting.receiver import NewReceiver, ReceiverKind
from storage.errors import InvalidInputError
from storage.printable import printable

SLACK_SERVERS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
TAKES_SECRET = frozenset({ReceiverKind.EMAIL, ReceiverKind.SLACK, ReceiverKind.WEBHOOK, ReceiverKind.APPRISE})
NEEDS_SECRET = TAKES_SECRET - {ReceiverKind.EMAIL}


def check_receiver(new: NewReceiver, secret: str | None, *, keeps_secret: bool = False) -> tuple[str, ...]:
    """Warnings, for one that is allowed and not advisable.

    Args:
        new: what a person says of it.
        secret: with what it is reached; None where it has none, or keeps the one it has.
        keeps_secret: whether there is one already, which was looked at when it was given.

    Raises:
        InvalidInputError: an option or the secret cannot be used.
    """
    options = options_of(new.kind, new.options)
    _check_time_zone(options)
    if new.kind not in TAKES_SECRET and secret is not None:
        raise InvalidInputError(f"A receiver by {new.kind.value} has no secret.")
    if new.kind in NEEDS_SECRET and secret is None and not keeps_secret:
        raise InvalidInputError(
            f"Without its URL, a receiver by {new.kind.value} cannot be reached.",
            hint="It is asked for at a terminal, or read with --from-file FILE, or --from-file - from a pipe.",
        )
    if isinstance(options, EmailOptions):
        return _check_email(options, has_password=secret is not None or keeps_secret)
    return _SECRETS[new.kind](secret) if secret is not None else ()


def _check_time_zone(options: Options) -> None:
    try:
        if options.time_zone:
            ZoneInfo(options.time_zone)
    # A name of a folder in the zone database raises OSError, one that leaves it ValueError, an unknown one KeyError.
    except (KeyError, ValueError, OSError):
        raise InvalidInputError(
            f"There is no time zone “{printable(options.time_zone, 60)}”.",
            hint="Write it as Europe/Berlin, Asia/Seoul or UTC.",
        ) from None


def _check_email(options: EmailOptions, *, has_password: bool) -> tuple[str, ...]:
    checked_server(options.server)
    for address in (options.sender, *options.to):
        checked_mail_address(address)
    if len({address.casefold() for address in options.to}) < len(options.to):
        raise InvalidInputError("An address is there twice among those that get the mails.")
    if not options.user.isprintable():
        raise InvalidInputError("The user has characters in it that cannot be printed.")
    if options.user and not has_password:
        raise InvalidInputError(
            f"To log in as “{printable(options.user, 80)}” takes a password.",
            hint="Leave the option user out for a server that lets everybody send.",
        )
    if has_password and not options.user:
        raise InvalidInputError(
            "There is a password, and nobody to log in as.", hint="Say who: --option user=NAME, or give no password."
        )
    if options.security == "none" and not is_own_machine(options.server):
        what = "mails and the password" if options.user else "mails"
        return (f"Without encryption everybody on the way reads {what}: --option security=starttls",)
    return ()


def _check_slack(secret: str) -> tuple[str, ...]:
    parts = checked_url(secret, "The webhook's URL")
    if parts.scheme != "https" or parts.hostname not in SLACK_SERVERS or parts.path.count("/") < 4:
        raise InvalidInputError(
            "That is no URL of a Slack webhook.",
            hint="Slack shows it under “Incoming Webhooks”: https://hooks.slack.com/services/T…/B…/…",
        )
    return ()


def _check_webhook(secret: str) -> tuple[str, ...]:
    parsed = parse_webhook_secret(secret)
    parts = checked_url(parsed.url, "The webhook's URL")
    warnings = []
    if parts.scheme == "http" and not is_own_machine(parts.hostname or ""):
        warnings.append("Over http:// everybody on the way reads the URL, with any token in it, and what is sent.")
    if not parsed.key:
        warnings.append("Without a signing key, whoever knows the URL can send what looks as if it came from here.")
    return tuple(warnings)


def _check_apprise(secret: str) -> tuple[str, ...]:
    from alerts.receivers.apprise_sending import check_apprise_url  # noqa: PLC0415 - a second and 50 MB to load

    check_apprise_url(secret)
    return ()


_SECRETS: Mapping[ReceiverKind, Callable[[str], tuple[str, ...]]] = {
    ReceiverKind.SLACK: _check_slack,
    ReceiverKind.WEBHOOK: _check_webhook,
    ReceiverKind.APPRISE: _check_apprise,
}
