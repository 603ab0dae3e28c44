"""Numbers that programs print and Prometheus endpoints expose: `name value` or `name{label="x"} value`, one a line."""

TEXT_LIMIT = 255
_LINE_LIMIT = 4096
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_:")
# Prometheus has letters, digits, _ and : only; scripts like to write queue-length or mail.queue.
_IN_NAMES = _LETTERS | frozenset("0123456789.-/")
# Python takes 1_000, nan and the digits of other scripts for numbers, too.
_IN_NUMBERS = frozenset("0123456789+-.eE")
_COUNTER_PARTS = {"counter": ("", "_total"), "histogram": ("_bucket", "_count", "_sum"), "summary": ("_count", "_sum")}


def read_samples(content, limit, is_cut=False):
    """The numbers in a text.

    Args:
        content: bytes.
        limit: how many series at most.
        is_cut: whether the content may end within a line.

    Returns:
        (text of the series as it stands there, value, whether it is a counter) each; of a series that is there twice
        the first. What is no number, or has control characters or more than 255 characters, is left out.
    """
    kinds = {}  # type: dict[str, str]
    found = {}  # type: dict[str, tuple[float, bool]]
    for line in _lines(content, is_cut):
        if line.startswith("#"):
            _note_kind(line, kinds)
            continue
        sample = read_line(line)
        if sample is None or sample[0] in found:
            continue
        text, name, value = sample
        found[text] = value, _is_counter(name, kinds)
        if len(found) >= limit:
            break
    return [(text, value, is_counter) for text, (value, is_counter) in found.items()]


def _lines(content, is_cut):
    """One after the other: a list of all would take several times the memory of the content."""
    start = 0
    while start < len(content):
        end = content.find(b"\n", start)
        if end < 0:
            if is_cut:
                return
            end = len(content)
        if end - start <= _LINE_LIMIT:
            yield content[start:end].decode("utf-8", "replace").strip()
        start = end + 1


def read_line(line):
    """Text, name and value of the series on a line; None where it has none."""
    end = 0
    while end < len(line) and line[end] in _IN_NAMES:
        end += 1
    name, rest = line[:end], line[end:]
    if not name or name[0] not in _LETTERS or not rest:
        return None
    labels = ""
    if rest[0] == "{":
        close = _end_of_labels(rest)
        labels, rest = rest[:close], rest[close:]
    elif rest[0] not in " \t":
        return None
    text = name + labels if labels != "{}" else name
    # What stands behind the value is the time of the sample, or an example.
    value = _number(rest.split(None, 1)[:1])
    if value is None or len(text) > TEXT_LIMIT or not text.isprintable():
        return None
    return text, name, value


def _end_of_labels(text):
    """Where `{…}` ends; a brace or a quotation mark within a value does not count. 0 where it never does."""
    quoted = escaped = False
    for place, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = quoted
        elif character == '"':
            quoted = not quoted
        elif character == "}" and not quoted:
            return place + 1
    return 0


def _number(parts):
    for part in parts:
        try:
            value = float(part) if _IN_NUMBERS.issuperset(part) else None
        except ValueError:
            return None
        # Beyond the largest number it is infinite.
        return value if value is not None and value - value == 0 else None
    return None


def _note_kind(line, kinds):
    """Remembers `# TYPE name kind`; the first word counts."""
    words = line.split()
    if len(words) == 4 and words[1] == "TYPE" and len(words[2]) <= TEXT_LIMIT:
        kinds.setdefault(words[2], words[3])


def _is_counter(name, kinds):
    """By what is declared of the name, or of the histogram, summary or counter that it is a part of."""
    if name in kinds:
        return "" in _COUNTER_PARTS.get(kinds[name], ())
    base, _, ending = name.rpartition("_")
    if base in kinds:
        return "_" + ending in _COUNTER_PARTS.get(kinds[base], ())
    # Where nothing is declared: the ending that counters are to have.
    return ending == "total" and bool(base)
