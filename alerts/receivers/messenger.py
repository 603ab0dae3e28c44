"""The process that makes one delivery and ends: it reads an errand from standard input and writes what came of it.

Apart from the poller, since what it loads is large, and since what it talks to may hang, crash or leak. Its standard
output is for the answer alone; what libraries print goes nowhere.
"""

import os
import resource
import signal
import sys
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from alerts.receivers.delivery import TEXT_LIMIT, Answer
from alerts.receivers.errand import Errand, Said, decode_errand, encode_said
from alerts.receivers.message_text import message_text
from alerts.receivers.options import EmailOptions, Options, options_of
from alerts.receivers.redaction import redacted
from storage.alerting.receiver import ReceiverKind
from storage.errors import InvalidInputError
from storage.printable import printable
from storage.translation import choose_language

_MARGIN_S = 2.0
"""So much earlier than whoever waits, to be the one who says what took so long."""


def main() -> None:
    """Runs one errand. Ends by itself, however long it is let alone."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    errand = decode_errand(sys.stdin.buffer.read())
    # Whoever sent it may have died: nobody would end it then.
    signal.alarm(int(errand.limit_s) + 10)
    answer = run_errand(errand)
    answers.write(encode_said(Said(answer.delivered, answer.text, answer.again)))
    answers.close()


def run_errand(errand: Errand) -> Answer:
    """Makes the delivery. Never raises; what it says has nothing secret in it."""
    try:
        answer = _delivered(errand, options_of(errand.kind, errand.options))
    except InvalidInputError as error:
        answer = Answer(False, f"{error.message} {error.hint}", again=False)
    # A mistake of ours, or of a library. Its text may quote anything, so that only its kind is told.
    except Exception as error:  # noqa: BLE001
        answer = Answer(False, f"Something went wrong while it was sent ({type(error).__name__}).")
    return Answer(answer.delivered, printable(redacted(answer.text, errand.secret), TEXT_LIMIT), answer.again)


def _delivered(errand: Errand, options: Options) -> Answer:
    choose_language(options.language)
    zone = _zone(options.time_zone or errand.time_zone)
    text = message_text(errand.message, zone)
    limit_s = max(errand.limit_s - _MARGIN_S, errand.limit_s / 2)
    # Each way is loaded where it is gone: Apprise alone takes a second.
    if isinstance(options, EmailOptions):
        from alerts.receivers.mail import mail  # noqa: PLC0415
        from alerts.receivers.smtp_sending import send_mail  # noqa: PLC0415

        return send_mail(options, errand.secret, mail(errand, options, text, zone), limit_s)
    if errand.kind is ReceiverKind.APPRISE:
        from alerts.receivers.apprise_sending import send_by_apprise  # noqa: PLC0415

        return send_by_apprise(errand, text, limit_s)
    if errand.kind is ReceiverKind.DESKTOP:
        from alerts.receivers.desktop_sending import send_to_desktop  # noqa: PLC0415

        return send_to_desktop(text, limit_s)
    from alerts.receivers.web_sending import send_to_slack, send_to_webhook  # noqa: PLC0415

    send = send_to_slack if errand.kind is ReceiverKind.SLACK else send_to_webhook
    return send(errand, text, limit_s)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    # A zone that this machine does not know is no reason to tell nobody.
    except (KeyError, ValueError, OSError):
        return UTC


if __name__ == "__main__":
    main()
