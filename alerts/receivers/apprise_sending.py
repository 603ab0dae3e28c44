"""Everybody else, through Apprise: the only place that knows it. Takes a second and 50 MB to load."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches

import apprise

from alerts.receivers.delivery import Answer
from alerts.receivers.errand import Errand
from alerts.receivers.message_text import MessageText
from alerts.receivers.plain_text import short_text, short_title
from alerts.thresholds import Severity
from storage.errors import InvalidInputError
from storage.printable import printable

_TYPES = {
    Severity.OK: apprise.NotifyType.SUCCESS,
    Severity.WARNING: apprise.NotifyType.WARNING,
    Severity.CRITICAL: apprise.NotifyType.FAILURE,
}


def check_apprise_url(url: str) -> None:
    """Finds out whether it is an address that Apprise can tell; nobody is asked. The errors do not quote it.

    Raises:
        InvalidInputError: there is no such service, or something is missing that the service needs.
    """
    if "," in url or " " in url.strip():
        raise InvalidInputError(
            "That is more than one URL, or has a space in it.",
            hint="Add a receiver for each; write a comma as %2C and a space as %20.",
        )
    scheme = url.partition("://")[0].casefold()
    known = _schemes()
    if "://" not in url or scheme not in known:
        close = get_close_matches(scheme, sorted(known), n=3)
        what = f"“{printable(scheme, 30)}://” is no service" if "://" in url else "That is no URL"
        raise InvalidInputError(
            f"{what} that Apprise knows.",
            hint=f"Did you mean {' or '.join(f'{each}://' for each in close)}?"
            if close
            else "Its list: https://github.com/caronc/apprise/wiki",
        )
    if _service(url) is None:
        name = known[scheme]
        raise InvalidInputError(
            f"Apprise cannot do anything with this URL of {name}: something is missing or of the wrong form.",
            hint="How it has to look: https://github.com/caronc/apprise/wiki",
        )


def send_by_apprise(errand: Errand, text: MessageText, limit_s: float) -> Answer:
    """Tells one service. Apprise answers yes or no; what it has logged meanwhile is what the server said."""
    service = _service(errand.secret or "")
    if service is None:
        return Answer(False, "Apprise cannot do anything with the URL of this receiver.", again=False)
    told = apprise.Apprise(asset=_asset())
    told.add(service)
    result = told.notify(
        body=short_text(text, errand.links),
        title=short_title(text),
        notify_type=_TYPES[text.severity],
        body_format=apprise.NotifyFormat.TEXT,
        timeout=limit_s,
        log_level=logging.DEBUG,
    )
    lines = [entry.message for entry in result.logs() if _worth_telling(entry.level, entry.message)]
    # The secret is taken out of it where all answers pass.
    said = " ".join(" ".join(lines).split())
    if result:
        return Answer(True, f"{service.service_name} has taken it.{f' {said}' if said else ''}")
    return Answer(False, said or f"{service.service_name} has not taken it, and says nothing of why.")


def _service(url: str) -> apprise.NotifyBase | None:
    with _quiet():
        found = apprise.Apprise.instantiate(url, asset=_asset(), suppress_exceptions=True)
    return found if isinstance(found, apprise.NotifyBase) else None


def _asset() -> apprise.AppriseAsset:
    """Nothing is kept on disk, no plugins are looked for, and texts are taken as they are."""
    return apprise.AppriseAsset(
        app_id="Watchpost",
        app_desc="Watchpost",
        app_url="",
        plugin_paths=[],
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        interpret_escapes=False,
        interpret_emojis=False,
        secure_logging=True,
        async_mode=False,
    )


def _schemes() -> dict[str, str]:
    """All that there are, each with the name of its service."""
    schemes: dict[str, str] = {}
    with _quiet():
        services = apprise.Apprise().details()["schemas"]
    for each in services:
        for scheme in [*(each.get("protocols") or ()), *(each.get("secure_protocols") or ())]:
            schemes[str(scheme)] = str(each["service_name"])
    return schemes


@contextmanager
def _quiet() -> Iterator[None]:
    """While it loads its services: of what they import, some is old, and that is of no interest to whoever asked."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def _worth_telling(level: str, message: str) -> bool:
    """What went wrong, and what the server answered; not how the request looked, which has the secret in it."""
    return level in {"WARNING", "ERROR", "CRITICAL"} or message.startswith("Response Details")
