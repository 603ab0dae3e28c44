"""What may be said in an annotation."""

import pytest

from storage.annotation import (
    AUTHOR_LIMIT,
    LAST_TS,
    SCOPE_LIMIT,
    TEXT_LIMIT,
    Annotation,
    NewAnnotation,
    checked_annotation,
    checked_text,
)
from storage.errors import InvalidInputError


def noted(host_ids: tuple[int, ...] = (), groups: tuple[str, ...] = (), end_ts: int = 5) -> Annotation:
    return Annotation(
        id=1, text="x", start_ts=5, end_ts=end_ts, host_ids=host_ids, groups=groups, author="", created_at=0
    )


def new(**changed: object) -> NewAnnotation:
    said: dict[str, object] = {"text": "deploy 1.2", "start_ts": 1, "end_ts": 2}
    return NewAnnotation(**{**said, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  deploy 1.2  ", "deploy 1.2"),
        ("first line\nsecond\tline", "first line second line"),
        ("red \x1b[31malarm", "red \ufffd[31malarm"),
        ("nul\0here", "nul\ufffdhere"),
        ("turned \u202e round", "turned \ufffd round"),
        ("not UTF-8: \udcff", "not UTF-8: \ufffd"),
        ("cafe\u0301 🚀", "café 🚀"),
        ("=HYPERLINK()", "=HYPERLINK()"),
        ("-1", "-1"),
    ],
    ids=["space", "lines", "escape", "nul", "direction", "surrogate", "composed", "formula", "dash"],
)
def test_a_text_is_kept_on_one_line_with_nothing_hidden_in_it(text: str, kept: str) -> None:
    assert checked_text(text) == kept


@pytest.mark.parametrize("text", ["", "  \n\t ", "x" * (TEXT_LIMIT + 1)], ids=["empty", "blank", "long"])
def test_a_text_that_says_nothing_or_too_much_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        checked_text(text)
    assert refused.value.hint


def test_the_longest_text_is_kept_whole() -> None:
    assert checked_text("é" * TEXT_LIMIT) == "é" * TEXT_LIMIT


@pytest.mark.parametrize(
    "changed",
    [
        {"start_ts": 3},
        {"start_ts": -1},
        {"end_ts": LAST_TS + 1},
        {"hosts": ("db1",) * (SCOPE_LIMIT + 1)},
        {"groups": ("web",) * (SCOPE_LIMIT + 1)},
        {"author": "x" * (AUTHOR_LIMIT + 1)},
    ],
    ids=["ends before it starts", "before 1970", "after 9999", "hosts", "groups", "author"],
)
def test_what_no_annotation_can_be_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError):
        checked_annotation(new(**changed))


def test_who_notes_it_is_kept_harmless() -> None:
    assert checked_annotation(new(author=" Jo\x07 ")).author == "Jo\ufffd"


@pytest.mark.parametrize(
    ("annotation", "about"),
    [
        (noted(), [True, True, True]),
        (noted(host_ids=(1,)), [True, False, False]),
        (noted(groups=("web",)), [False, True, False]),
        (noted(host_ids=(1,), groups=("web",)), [True, True, False]),
    ],
    ids=["everything", "a host", "a group", "both"],
)
def test_it_is_about_the_hosts_it_names_those_of_its_groups_or_all(annotation: Annotation, about: list[bool]) -> None:
    assert [annotation.is_about(1, None), annotation.is_about(2, "web"), annotation.is_about(3, "db")] == about


def test_a_moment_is_a_span_without_length() -> None:
    assert noted().is_moment
    assert not noted(end_ts=6).is_moment
