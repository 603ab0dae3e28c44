"""Annotations in words and as JSON. Pure."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from storage.annotation import Annotation
from storage.printable import printable
from storage.utc import iso_utc
from watchpost.local_time import moment_text

_GONE = "a host that is gone"
_LIMIT = 4000
"""Characters of what is shown of many names."""


def about_text(annotation: Annotation, names: Mapping[int, str]) -> str:
    """What it is about: `everything`, `group web, host db1`.

    Args:
        annotation: which.
        names: of hosts, by their ids.
    """
    if annotation.about_everything:
        return "everything"
    groups = [f"group {group}" for group in annotation.groups]
    hosts = [f"host {names[host_id]}" if host_id in names else _GONE for host_id in annotation.host_ids]
    return printable(", ".join([*groups, *hosts]), _LIMIT)


def when_text(annotation: Annotation, zone: tzinfo | None) -> str:
    """Its moment, or from when to when; the date of the end only where it is another one."""
    start, end = moment_text(annotation.start_ts, zone), moment_text(annotation.end_ts, zone)
    if annotation.is_moment:
        return start
    day, _, time = end.partition(" ")
    return f"{start} to {time if start.startswith(day) else end}"


def annotation_as_json(annotation: Annotation, names: Mapping[int, str]) -> dict[str, Any]:
    """For scripts; of hosts that are gone only the others are named."""
    return {
        "id": annotation.id,
        "text": annotation.text,
        "from": iso_utc(annotation.start_ts),
        "to": iso_utc(annotation.end_ts),
        "hosts": [names[host_id] for host_id in annotation.host_ids if host_id in names],
        "groups": list(annotation.groups),
        "about_everything": annotation.about_everything,
        "author": annotation.author,
        "created": iso_utc(annotation.created_at),
    }
