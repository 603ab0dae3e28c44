"""For how long a poller's answer is waited for, and what is said when it does not come. Pure."""

from dataclasses import dataclass

from storage.errors import WatchpostError
from storage.requests import Request, RequestState
from storage.translation import _

START_S = 8.0
"""For a poller that is just being started: a window opens before its poller is there."""


class NoPollerError(WatchpostError):
    """Nobody is there to do it."""

    kind = "no_poller"


class PollerSilentError(WatchpostError):
    """The poller was asked and did not answer."""

    kind = "poller_silent"


class PollerAnswerError(WatchpostError):
    """What the poller answered when it could not do what it was asked."""

    def __init__(self, kind: str, message: str, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds.

    Attributes:
        claim_s: until a poller has taken the request on; it looks every second.
        answer_s: until it has answered. A connection test has 60 s of its own.
    """

    claim_s: float = 15.0
    answer_s: float = 75.0


def no_poller() -> NoPollerError:
    """What is said where no poller runs."""
    return NoPollerError(
        _("No collector is running: nobody is there to connect to the host."),
        hint=_("Start it at the bottom left of the window, then try again."),
    )


def impatience(
    request: Request, waited_s: float, patience: Patience, *, is_polled: bool, was_polled: bool = False
) -> WatchpostError | None:
    """Why a request that has no answer yet is given up; None while it is worth waiting.

    Args:
        request: as it is now.
        waited_s: since it was left.
        patience: for how long.
        is_polled: whether a poller runs now.
        was_polled: whether one has run since the request was left.
    """
    if not is_polled and not was_polled and request.state is RequestState.PENDING:
        return no_poller() if waited_s > START_S else None
    if not is_polled:
        return PollerSilentError(
            _("The collector ended before it had answered."),
            hint=_("Start it at the bottom left of the window, then try again."),
        )
    limit_s = patience.claim_s if request.state is RequestState.PENDING else patience.answer_s
    if waited_s <= limit_s:
        return None
    return PollerSilentError(
        _("The collector has not answered for {seconds} s.").format(seconds=round(waited_s)),
        hint=_("It may be busy. Try again, or restart it; what was measured is safe."),
    )


def refusal(request: Request) -> WatchpostError:
    """The failure that a request has ended with."""
    result = request.result or {}
    if result.get("reason") == "expired":
        return PollerSilentError(_("No collector took the request on."), hint=_("Try again."))
    message = str(result.get("message") or _("The collector could not do it, and did not say why."))
    return PollerAnswerError(str(result.get("kind", "error")), message, str(result.get("hint") or ""))
