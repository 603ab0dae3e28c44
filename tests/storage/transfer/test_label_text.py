"""Labels as text, read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.series import format_labels
from storage.transfer.label_text import parse_labels
from storage.transfer.refusals import RefusalReason, RefusedError

NAMES = st.from_regex(r"[a-z_][a-z0-9_]*", fullmatch=True)
VALUES = st.text(st.one_of(st.sampled_from('"\\\n,={}'), st.characters(exclude_categories=["C", "Z"])), max_size=50)


@given(st.dictionaries(NAMES, VALUES.filter(lambda text: "\xad" not in text), max_size=3))
def test_what_is_written_reads_back(labels: dict[str, str]) -> None:
    assert parse_labels(format_labels(labels.items())) == labels


def test_a_backslash_that_escapes_nothing_stays() -> None:
    assert parse_labels(r'path="C:\temp"') == {"path": r"C:\temp"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('a="x",a="y"', RefusalReason.BAD_LABELS),
        ('a="x"b="y"', RefusalReason.BAD_LABELS),
        ("a=x", RefusalReason.BAD_LABELS),
        ('a="x', RefusalReason.BAD_LABELS),
        ('1="x"', RefusalReason.BAD_LABELS),
        (f'a="{"x" * 256}"', RefusalReason.BAD_LABELS),
        ('a="\x1b[2J"', RefusalReason.CONTROL_CHARACTERS),
        ('a="\u202ex"', RefusalReason.CONTROL_CHARACTERS),
        ('a="\x00"', RefusalReason.CONTROL_CHARACTERS),
    ],
)
def test_anything_else_is_refused(text: str, reason: RefusalReason) -> None:
    with pytest.raises(RefusedError) as caught:
        parse_labels(text)
    assert caught.value.reason is reason
