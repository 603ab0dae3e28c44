"""JSON as the wire wants it, without the json module, which would bring `re` along: 1.7 MB."""

try:
    import _json
except ImportError:  # an interpreter without the C module
    _json = None  # type: ignore[assignment]


def encode_numbers(values):
    """A list of ints, floats and None as a JSON array; NaN and infinities become null."""
    text = repr(values)
    # `repr` writes a whole list in C; what JSON has no word for is rare, so it is looked for afterwards.
    if "nan" in text or "inf" in text:
        text = repr([None if value is None or value - value != 0 else value for value in values])
    return text.replace("None", "null").replace(" ", "")


def encode_text(text):
    """A JSON string in ASCII. Lone surrogates (undecodable bytes of the host) become question marks."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    quote = getattr(_json, "encode_basestring_ascii", quote_slowly)
    return quote(text)


def quote_slowly(text):
    """A JSON string in ASCII, where there is no `_json`."""
    return '"' + "".join(map(_escape, text)) + '"'


def encode(value):
    """Any nesting of dict, list, tuple, str, int, float, bool and None."""
    if isinstance(value, str):
        return encode_text(value)
    if isinstance(value, dict):
        return "{" + ",".join(encode_text(key) + ":" + encode(item) for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(encode, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None or value - value != 0 else repr(value)


def _escape(character):
    code = ord(character)
    if character in '"\\':
        return "\\" + character
    if 0x20 <= code < 0x7F:
        return character
    if code < 0x10000:
        return "\\u%04x" % code
    code -= 0x10000
    return "\\u%04x\\u%04x" % (0xD800 | code >> 10, 0xDC00 | code & 0x3FF)
