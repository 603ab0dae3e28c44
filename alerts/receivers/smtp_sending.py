"""Hands a mail to a mail server, and tells what the server said, for each of those who get it."""

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP

from alerts.receivers.addresses import checked_mail_address
from alerts.receivers.delivery import Answer
from alerts.receivers.options import EmailOptions

_PERMANENT = 500


def send_mail(options: EmailOptions, password: str | None, mail: EmailMessage, limit_s: float) -> Answer:
    """Sends it to everybody who is named, in one go.

    Who is refused while others are taken is named in the answer: sending it again would reach the others twice.
    """
    try:
        with _connected(options, limit_s) as server:
            if options.user:
                server.login(options.user, password or "")
            return _handed_over(server, options, mail)
    # smtplib's own, such as a server that hangs up, are among them.
    except OSError as error:
        return _failure(error, options)


def _failure(error: OSError, options: EmailOptions) -> Answer:
    """What went wrong, as the server said it, and whether it may be otherwise the next time."""
    match error:
        case smtplib.SMTPResponseException():
            what = "The login was refused" if isinstance(error, smtplib.SMTPAuthenticationError) else "The server said"
            # A password that is refused for now, as with too many logins, is a code of the 400s.
            return Answer(False, f"{what}: {_reply(error.smtp_code, error.smtp_error)}", error.smtp_code < _PERMANENT)
        case smtplib.SMTPNotSupportedError():
            return Answer(False, f"The server cannot do what was asked for: {error}", again=False)
        case ssl.SSLCertVerificationError():
            return Answer(False, f"The certificate of {options.server} is not trusted: {error.verify_message}.")
        # What it makes of a server that says nothing more.
        case smtplib.SMTPServerDisconnected() if "timed out" in str(error):
            return _failure(TimeoutError(), options)
        case TimeoutError():
            return Answer(False, f"{options.server}:{options.used_port} did not answer in time.")
        case _:
            return Answer(False, f"{options.server}:{options.used_port}: {error.strerror or error}")


def _connected(options: EmailOptions, limit_s: float) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if options.security == "tls":
        return smtplib.SMTP_SSL(options.server, options.used_port, timeout=limit_s, context=context)
    server = smtplib.SMTP(options.server, options.used_port, timeout=limit_s)
    if options.security == "starttls":
        try:
            # Raises where the server does not offer it: a mail is never sent in the clear instead.
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def _handed_over(server: smtplib.SMTP, options: EmailOptions, mail: EmailMessage) -> Answer:
    server.ehlo_or_helo_if_needed()
    code, said = server.mail(checked_mail_address(options.sender))
    if code != 250:
        return Answer(False, f"The sender {options.sender} was refused: {_reply(code, said)}", code < _PERMANENT)
    refused: dict[str, tuple[int, bytes]] = {}
    for address in map(checked_mail_address, options.to):
        code, said = server.rcpt(address)
        if code not in {250, 251}:
            refused[address] = (code, said)
    told = "; ".join(f"{address} was refused: {_reply(*reply)}" for address, reply in refused.items())
    if len(refused) == len(options.to):
        again = any(code < _PERMANENT for code, _ in refused.values())
        return Answer(False, told, again)
    code, said = server.data(mail.as_bytes(policy=SMTP))
    if code != 250:
        return Answer(False, f"The server said: {_reply(code, said)}", code < _PERMANENT)
    return Answer(True, f"{_reply(code, said)}{f'; but {told}' if told else ''}")


def _reply(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"
