"""YAML with lines, bounded."""

import pytest

from alerts.prometheus_rules.yaml_nodes import DEPTH_LIMIT, SIZE_LIMIT, Mapping, Scalar, Sequence, YamlError, read_nodes


def test_every_value_knows_its_line() -> None:
    root = read_nodes("a: 1\nb:\n- x\n- c: |\n    text\n")
    assert isinstance(root, Mapping)
    assert root.lines == {"a": 1, "b": 2}
    listed = root.entries["b"]
    assert isinstance(listed, Sequence)
    assert [item.line for item in listed.items] == [3, 4]
    assert listed.items[0] == Scalar(3, "x")


def test_a_value_stays_the_text_that_it_is_and_nothing_is_none() -> None:
    root = read_nodes('a: yes\nb: 010\nc:\nd: ""\ne: ~\n')
    assert isinstance(root, Mapping)
    assert [node.text for node in root.entries.values() if isinstance(node, Scalar)] == ["yes", "010", None, "", None]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", 3),
        ("a: &x 1\nb: *x\n", 2),
        ("a: !!python/object:os.system x\n", 1),
        ("a: 1\n---\nb: 2\n", 2),
        ("a: [1\nb: 2\n", 2),
        ("? [1, 2]\n: 3\n", 1),
        ("a: b: c\n", 1),
        ("[" * (DEPTH_LIMIT + 1) + "]" * (DEPTH_LIMIT + 1), 1),
        ("x" * (SIZE_LIMIT + 1), 1),
        ("a: \x00\n", 1),
    ],
    ids=["twice", "alias", "tag", "two documents", "not closed", "list as name", "two colons", "deep", "large", "NUL"],
)
def test_what_is_not_read_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(YamlError) as raised:
        read_nodes(text)
    assert raised.value.line == line


def test_a_bomb_of_aliases_is_refused_at_its_first_alias() -> None:
    bomb = "a: &a [x]\n" + "".join(
        f"{name}: &{name} [{', '.join(['*' + before] * 10)}]\n"
        for before, name in zip("abcdefg", "bcdefgh", strict=True)
    )
    with pytest.raises(YamlError, match="Aliases"):
        read_nodes(bomb)


def test_an_empty_file_is_nothing() -> None:
    assert read_nodes("# only words\n") is None
