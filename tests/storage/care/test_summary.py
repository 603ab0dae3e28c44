from storage.care.holding import Holding, Part
from storage.care.summary import Total, by_host, by_part, total


def held(host_id: int, part: Part, size: int, span: tuple[int, int], samples: int = 10) -> Holding:
    return Holding(host_id, part, 0, 2, samples, size, *span, size, span[1] - span[0])


ALL = [
    held(1, Part.M1, 100, (5, 90)),
    held(2, Part.RAW, 500, (10, 95)),
    held(1, Part.RAW, 200, (20, 99)),
    held(2, Part.PROCESSES, 50, (1, 2), samples=0),
]


def test_kinds_of_data_are_in_their_order() -> None:
    assert by_part(ALL) == {
        Part.RAW: Total(4, 20, 700, 10, 99),
        Part.M1: Total(2, 10, 100, 5, 90),
        Part.PROCESSES: Total(2, 0, 50, 1, 2),
    }
    assert list(by_part(ALL)) == [Part.RAW, Part.M1, Part.PROCESSES]


def test_the_largest_host_comes_first_and_equal_ones_by_their_ids() -> None:
    assert {key: found.stored_bytes for key, found in by_host(ALL).items()} == {2: 550, 1: 300}
    assert list(by_host([held(host, Part.RAW, 7, (1, 2)) for host in (3, 1, 2)])) == [1, 2, 3]


def test_bytes_a_sample_are_told_where_samples_are_counted() -> None:
    assert total(ALL[:1]).bytes_per_sample == 10
    assert total(ALL[3:]).bytes_per_sample is None
