"""What a person notes about a moment or a span: a deployment, a maintenance. Nouns, and what may be said in one."""

import unicodedata
from dataclasses import dataclass, replace

from storage.errors import InvalidInputError
from storage.printable import printable

TEXT_LIMIT = 1000
"""Characters."""
AUTHOR_LIMIT = 255
SCOPE_LIMIT = 1000
"""Hosts, and groups, of one annotation."""
LAST_TS = 253_402_300_799_999
"""The last millisecond of the year 9999: what comes later has no date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnnotation:
    """What a person notes.

    Attributes:
        text: what happened; one line.
        start_ts: when, UTC milliseconds.
        end_ts: when it was over; the same as the start for a moment.
        hosts: names of the hosts that it is about.
        groups: groups whose hosts it is about, also those that join later. Neither hosts nor groups: everything.
        author: who notes it; may be empty.
    """

    text: str
    start_ts: int
    end_ts: int
    hosts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A note that is kept.

    Attributes:
        id: stays the same, and is never used twice.
        text: what happened; one line without control characters.
        start_ts: when, UTC milliseconds.
        end_ts: when it was over; the same as the start for a moment.
        host_ids: of the hosts that it is about; a rename keeps them.
        groups: groups whose hosts it is about. Neither hosts nor groups: everything.
        author: who noted it; may be empty.
        created_at: when it was noted, UTC milliseconds.
    """

    id: int
    text: str
    start_ts: int
    end_ts: int
    host_ids: tuple[int, ...]
    groups: tuple[str, ...]
    author: str
    created_at: int

    @property
    def is_moment(self) -> bool:
        """Whether it is about a moment rather than a span."""
        return self.start_ts == self.end_ts

    @property
    def about_everything(self) -> bool:
        """Whether it names neither hosts nor groups."""
        return not self.host_ids and not self.groups

    def is_about(self, host_id: int, group: str | None) -> bool:
        """Whether it is about a host: names it, its group, or nothing in particular."""
        return self.about_everything or host_id in self.host_ids or group in self.groups


def checked_annotation(new: NewAnnotation) -> NewAnnotation:
    """The annotation with its texts as they are stored: composed (NFC), on one line, nothing in them that is not shown.

    Raises:
        InvalidInputError: the text is empty or too long, there are too many hosts or groups, or the times are no times.
    """
    for what, named in (("hosts", new.hosts), ("groups", new.groups)):
        if len(named) > SCOPE_LIMIT:
            raise InvalidInputError(
                f"An annotation names {SCOPE_LIMIT} {what} at the most, and these are {len(named)}.",
                hint="Name a group, or nothing for every host.",
            )
    start_ts, end_ts = checked_times(new.start_ts, new.end_ts)
    return replace(
        new, text=checked_text(new.text), author=_checked_author(new.author), start_ts=start_ts, end_ts=end_ts
    )


def checked_text(text: str) -> str:
    """The text as it is stored: line breaks are spaces, other characters that cannot be shown are replaced.

    Raises:
        InvalidInputError: nothing is left of it, or it is longer than `TEXT_LIMIT`.
    """
    kept = _one_line(text)
    if not kept:
        raise InvalidInputError("An annotation needs a text.", hint='For example: watchpost annotate "deploy 1.2"')
    if len(kept) > TEXT_LIMIT:
        raise InvalidInputError(
            f"The text has {len(kept)} characters, and {TEXT_LIMIT} are the most.",
            hint="Say it shorter, and where the rest can be read.",
        )
    return kept


def checked_times(start_ts: int, end_ts: int) -> tuple[int, int]:
    """The times as they are. Raises InvalidInputError where they are no span, or outside 1970 to 9999."""
    if not (0 <= start_ts <= LAST_TS and 0 <= end_ts <= LAST_TS):
        raise InvalidInputError("An annotation lies between the years 1970 and 9999.")
    if start_ts > end_ts:
        raise InvalidInputError(
            "The annotation would end before it starts.", hint="Put the earlier time in --from, the later one in --to."
        )
    return start_ts, end_ts


def _checked_author(author: str) -> str:
    kept = _one_line(author)
    if len(kept) > AUTHOR_LIMIT:
        raise InvalidInputError(f"The author's name is longer than {AUTHOR_LIMIT} characters.")
    return kept


def _one_line(text: str) -> str:
    """Composed, without characters that cannot be shown; never cut short."""
    return printable(unicodedata.normalize("NFC", text.strip()), max(len(text), 1) * 4).strip()
