from datetime import UTC

import pytest

from storage.annotation import Annotation
from watchpost.annotation_text import about_text, annotation_as_json, when_text

NOON = 1_772_366_400_000


def noted(end_ts: int = NOON, host_ids: tuple[int, ...] = (), groups: tuple[str, ...] = ()) -> Annotation:
    return Annotation(
        id=1, text="x", start_ts=NOON, end_ts=end_ts, host_ids=host_ids, groups=groups, author="", created_at=0
    )


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (noted(), "everything"),
        (noted(host_ids=(1,), groups=("web", "a\x1bb")), "group web, group a\ufffdb, host db1"),
        (noted(host_ids=(9,)), "a host that is gone"),
    ],
    ids=["everything", "both", "gone"],
)
def test_it_says_what_it_is_about(annotation: Annotation, text: str) -> None:
    assert about_text(annotation, {1: "db1"}) == text


@pytest.mark.parametrize(
    ("length_s", "text"),
    [
        (0, "2026-03-01 12:00:00"),
        (60, "2026-03-01 12:00:00 to 12:01:00"),
        (86_400, "2026-03-01 12:00:00 to 2026-03-02 12:00:00"),
    ],
    ids=["moment", "minute", "day"],
)
def test_it_says_when_and_the_date_only_once(length_s: int, text: str) -> None:
    assert when_text(noted(NOON + length_s * 1000), UTC) == text


def test_scripts_are_told_of_hosts_that_are_known() -> None:
    document = annotation_as_json(noted(host_ids=(1, 9)), {1: "db1"})
    assert (document["hosts"], document["about_everything"]) == (["db1"], False)
