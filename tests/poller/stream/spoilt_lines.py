"""Sessions with values and lines in them that no probe sends."""

from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.poller.stream.told_session import DAY_S, GOOD, encoded

NASTY_TEXTS = [
    "",
    "\x1b[2J\x1b]0;owned\x07",
    "<script>alert(1)</script><b>",
    '=HYPERLINK("http://x","y")',
    "@SUM(A1)",
    "\u202egnp.exe",
    "a\x00b\r\n\tc",
    "\ud800",
    "\ufeff\u200b",
    "x" * 5000,
    "..//..//etc",
    '{"n":1}',
    "日本語",
]
NASTY_NUMBERS = [-1, -0.0, 2**53 + 1, 2**63, 2**64, 10**25, -(10**25), 1e308, -1e308, 5e-324, DAY_S, -DAY_S, True, None]
# What json.dumps cannot say.
RAW = {
    "@nan": b"NaN",
    "@inf": b"-Infinity",
    "@exponent": b"1e999",
    "@digits": b"9" * 5000,
    "@fraction": b"0." + b"3" * 5000,
    "@deep": b"[" * 3000,
    "@deeper": b'{"a":' * 100_000,
    "@escape": b'"\\ud800\\udc"',
    "@utf8": b'"\xff\xc0\xaf"',
    "@nul": b'"\x00"',
}

values = st.one_of(
    st.sampled_from(NASTY_NUMBERS),
    st.sampled_from(NASTY_TEXTS),
    st.sampled_from(list(RAW)),
    st.integers(),
    st.floats(),
    st.lists(st.integers(-3, 10**20), max_size=5),
    st.dictionaries(st.text(max_size=5), st.none(), max_size=2),
)


def places(value: object, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to all values within a JSON value."""
    if way:
        yield way
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*way, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*way, index))


def replaced(value: Any, way: Sequence[Any], new: object) -> Any:  # noqa: ANN401 - any JSON value
    if not way:
        return new
    copy = value.copy()
    copy[way[0]] = replaced(value[way[0]], way[1:], new)
    return copy


WAYS = [(number, way) for number, line in enumerate(GOOD) for way in places(line)]


@st.composite
def spoilt_transcripts(draw: st.DrawFn) -> list[bytes]:
    """A good session with some of its values replaced, and then with its lines torn, doubled and thrown about."""
    lines = list(GOOD)
    for number, way in draw(st.lists(st.sampled_from(WAYS), max_size=4)):
        try:
            lines[number] = replaced(lines[number], way, draw(values))
        except (TypeError, LookupError, AttributeError):
            continue  # an earlier change has taken the place away
    texts = [raw(line) for line in lines]
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(texts) - 1))
        match draw(st.sampled_from(["tear", "double", "drop", "move", "noise", "join"])):
            case "tear":
                texts[at] = texts[at][: draw(st.integers(0, len(texts[at])))]
            case "double":
                texts.insert(at, texts[at])
            case "drop" if len(texts) > 1:
                del texts[at]
            case "move":
                texts.append(texts.pop(at))
            case "noise":
                texts.insert(at, draw(st.binary(max_size=40)))
            case "join":
                texts[at] += texts[at]
    return texts


def raw(line: object) -> bytes:
    text = encoded(line)
    for name, said in RAW.items():
        text = text.replace(encoded(name), said)
    return text
