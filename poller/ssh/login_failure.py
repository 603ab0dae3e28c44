"""What a login's end says to a person, whichever SSH library was at it."""

from poller.failure import SessionError
from poller.ssh.answer import SshConfiguration
from poller.ssh.keys import Offer, locked_key
from poller.ssh.prompts import Prompts
from storage.reason import Reason

# What the jump host's system said, in sshd's words.
_BEYOND_JUMP = (
    ("refused", Reason.REFUSED),
    ("timed out", Reason.TIMEOUT),
    ("not known", Reason.DNS),
    ("name resolution", Reason.DNS),
)


def beyond_jump(words: str) -> SessionError:
    """Why a jump host did not open the connection to the host behind it, from what it said."""
    reason = next((reason for text, reason in _BEYOND_JUMP if text in words.lower()), Reason.NO_ROUTE)
    return SessionError(reason, f"The jump host does not get through to the host: {words}.")


def ended_proxy_command(address: str, status: int) -> SessionError:
    """The program that was to be the connection ended with this exit status."""
    return SessionError(
        Reason.NO_ROUTE,
        f"The ProxyCommand of the SSH configuration ended with exit status {status}.",
        hint=f"Try “ssh {address}” as the user who polls: it shows what the command complains of.",
    )


def refused_login(configuration: SshConfiguration, offer: Offer, prompts: Prompts) -> SessionError:
    """A refused login with what was offered and asked, as no library says it."""
    if (asked := prompts.refusal(configuration.username)) is not None:
        return asked
    if offer.locked is not None:
        return locked_key(offer.locked)
    return SessionError(Reason.AUTH, f"The host refused {configuration.username}: {_offered_words(offer)}.")


def _offered_words(offer: Offer) -> str:
    parts = (
        f"{len(offer.keys)} key file{'s' if len(offer.keys) != 1 else ''}",
        "the agent's keys" if offer.agent_keys is None else "",
        "a password" if offer.password is not None else "no password",
    )
    return "offered were " + ", ".join(filter(None, parts))
