from storage.layout_cache import LARGE, LARGE_KEPT, kept_by_layout
from storage.series import Layout, SeriesKey


def layout(size: int, mark: int) -> Layout:
    return Layout(tuple(SeriesKey("load1", (("a", str(place)), ("b", str(mark)))) for place in range(size)))


def test_what_was_made_of_a_layout_is_not_made_again_but_for_each_question_apart() -> None:
    made: list[tuple[int, str]] = []

    @kept_by_layout
    def make(layout: Layout, question: str) -> int:
        made.append((len(layout.series), question))
        return len(made)

    first = layout(3, 0)
    assert [make(first, "x"), make(first, "x"), make(first, "y")] == [1, 1, 2]


def test_of_large_ones_only_a_few_are_kept() -> None:
    made: list[Layout] = []

    @kept_by_layout
    def make(layout: Layout) -> None:
        made.append(layout)

    small, large = layout(3, 0), layout(LARGE + 1, 0)
    make(small)
    make(large)
    for mark in range(LARGE_KEPT):
        make(layout(LARGE + 1, mark + 1))
    made.clear()
    make(small)
    assert made == []
    make(large)
    assert made == [large]
