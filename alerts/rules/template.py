"""Texts with `{{ $labels.x }}` and `{{ $value }}` in them: the part of Prometheus' templates that only puts values in.

Nothing is executed and nothing is expanded twice: what a host calls itself is text, whatever it looks like.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from alerts.rules import humanized
from storage.errors import InvalidInputError
from storage.printable import printable

LENGTH_LIMIT = 8192
"""Characters of a template."""
RENDERED_LIMIT = 4096
"""Characters of what is made of it."""
_VALUE_LIMIT = 255
_INSERTIONS_LIMIT = 100

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<label>(?:\$labels|\.Labels)\.(?P<name>[a-zA-Z_]\w*))
    | (?P<labels>(?:\$labels|\.Labels)(?![\w.]))
    | (?P<value>(?:\$value|\.Value)(?![\w.]))
    | (?P<word>[a-zA-Z]\w*)
    | (?P<text>"(?:[^"\\]|\\.)*"|`[^`]*`)
    | (?P<pipe>\|)
    | (?P<other>\S)
    )""",
    re.VERBOSE | re.ASCII,
)
_FORMAT = re.compile(
    r"(?P<before>(?:[^%]|%%)*)%(?P<shape>[-+ 0]{0,3}\d{0,2}(?:\.\d{1,2})?)(?P<verb>[eEfFgGvsd])(?P<after>(?:[^%]|%%)*)"
)
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


class TemplateError(InvalidInputError):
    """A template that is not well-formed, or that wants something done beyond putting values in."""

    kind = "template"


class Source(StrEnum):
    """What is put in."""

    VALUE = "value"
    LABEL = "label"
    LABELS = "labels"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Insertion:
    """One `{{ … }}`.

    Attributes:
        source: what is put in.
        name: of the label, or the text itself.
        filters: functions through which it goes, `printf` with its format after a space.
    """

    source: Source
    name: str = ""
    filters: tuple[str, ...] = ()


Template = tuple[str | Insertion, ...]

_FILTERS: dict[str, Callable[[float], str]] = {
    "humanize": humanized.humanize,
    "humanize1024": humanized.humanize1024,
    "humanizePercentage": humanized.humanize_percentage,
    "humanizeDuration": humanized.humanize_duration,
}


@lru_cache(maxsize=1024)
def parse_template(text: str) -> Template:
    """The pieces of a template.

    Raises:
        TemplateError: it is too long, a `{{` is not closed, or an action does more than put a value in.
    """
    if len(text) > LENGTH_LIMIT:
        raise TemplateError(f"A text has {LENGTH_LIMIT} characters at the most, and this one has {len(text)}.")
    pieces: list[str | Insertion] = []
    at, trims = 0, False
    while (start := text.find("{{", at)) >= 0:
        end = _end_of_action(text, start)
        before, action = text[at:start], text[start + 2 : end - 2]
        pieces.append(_trimmed(before, left=trims, right=action.startswith(("- ", "-\n", "-\t"))))
        trims = action.endswith((" -", "\n-", "\t-"))
        pieces += _insertion(action.removeprefix("-").removesuffix("-") if "-" in (action[:1], action[-1:]) else action)
        at = end
    pieces.append(_trimmed(text[at:], left=trims, right=False))
    if len(pieces) > 2 * _INSERTIONS_LIMIT + 1:
        raise TemplateError(f"A text has {_INSERTIONS_LIMIT} places for values at the most.")
    return tuple(piece for piece in pieces if piece)


def render(template: Template, labels: Mapping[str, str], value: float) -> str:
    """The text with the values in it; a label that is not there is empty.

    Returns:
        At most `RENDERED_LIMIT` characters, cut with `…`. Line breaks are only those of the template.
    """
    parts, length = [], 0
    for piece in template:
        part = piece if isinstance(piece, str) else _inserted(piece, labels, value)
        parts.append(part)
        length += len(part)
        if length > RENDERED_LIMIT:
            return "".join(parts)[: RENDERED_LIMIT - 1] + "…"
    return "".join(parts)


def with_labels_renamed(text: str, names: Mapping[str, str]) -> str:
    """The template with other names for labels, all else as it was.

    Raises:
        TemplateError: as `parse_template`.
    """
    parse_template(text)
    parts, at = [], 0
    while (start := text.find("{{", at)) >= 0:
        end = _end_of_action(text, start)
        parts += [text[at:start], _LABEL_OR_TEXT.sub(lambda match: _renamed(match, names), text[start:end])]
        at = end
    return "".join([*parts, text[at:]])


_LABEL_OR_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`|(?P<of>\$labels\.|\.Labels\.)(?P<name>[a-zA-Z_]\w*)', re.ASCII)


def _renamed(match: re.Match[str], names: Mapping[str, str]) -> str:
    name = match["name"]
    return match[0] if name is None else f"{match['of']}{names.get(name, name)}"


def _end_of_action(text: str, start: int) -> int:
    """Where the action that begins there is over; a `}}` in a quoted text does not end it."""
    match = _ACTION.match(text, start)
    if match is None:
        raise TemplateError("A “{{” is not closed.", hint="End it with “}}”.")
    return match.end()


_ACTION = re.compile(r'\{\{(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|(?!\}\}|["`]).)*\}\}', re.DOTALL)


def _trimmed(text: str, *, left: bool, right: bool) -> str:
    text = text.lstrip(" \t\r\n") if left else text
    return text.rstrip(" \t\r\n") if right else text


def _insertion(action: str) -> list[Insertion]:
    """What an action puts in; nothing for a comment."""
    said = action.strip()
    if said.startswith("/*") and said.endswith("*/"):
        return []
    commands: list[list[re.Match[str]]] = [[]]
    for match in _TOKEN.finditer(said):
        if match["other"]:
            raise TemplateError(f"“{{{{ {printable(said, 80)} }}}}” is not understood.", hint=_HINT)
        if match["pipe"]:
            commands.append([])
        else:
            commands[-1].append(match)
    first, *others = commands
    insertion = _operand(first, said)
    return [replace(insertion, filters=insertion.filters + tuple(_filter(command, said) for command in others))]


_HINT = (
    "What there is: {{ $labels.name }}, {{ $value }}, and after a “|” printf, humanize, humanize1024, "
    "humanizeDuration or humanizePercentage."
)


def _operand(command: list[re.Match[str]], said: str) -> Insertion:
    """`$value`, or a function before it: `humanize $value`, `printf "%.1f" $value`."""
    if not command:
        raise TemplateError(f"“{{{{ {printable(said, 80)} }}}}” puts nothing in.", hint=_HINT)
    *function, last = command
    filters = (_filter(function, said),) if function else ()
    if last["label"]:
        return Insertion(Source.LABEL, last["name"], filters)
    if last["labels"]:
        return Insertion(Source.LABELS, "", filters)
    if last["value"]:
        return Insertion(Source.VALUE, "", filters)
    if last["text"]:
        return Insertion(Source.TEXT, _unquoted(last["text"]), filters)
    raise _not_executed(command[0][0].strip(), said)


def _filter(command: list[re.Match[str]], said: str) -> str:
    words = [match["word"] for match in command]
    if len(command) == 1 and words[0] in _FILTERS:
        return words[0]
    if len(command) == 2 and words[0] == "printf" and command[1]["text"]:
        form = _unquoted(command[1]["text"])
        if not _FORMAT.fullmatch(form):
            raise TemplateError(
                f"printf “{printable(form, 40)}” is not understood.",
                hint='One value with a width of two digits at the most, as in "%.2f".',
            )
        return f"printf {form}"
    raise _not_executed(command[0][0].strip() if command else "|", said)


def _not_executed(word: str, said: str) -> TemplateError:
    return TemplateError(
        f"“{printable(word, 40)}” in “{{{{ {printable(said, 80)} }}}}” is not executed: texts only have values put in.",
        hint=_HINT,
    )


def _unquoted(text: str) -> str:
    if text.startswith("`"):
        return text[1:-1]
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text[1:-1], flags=re.DOTALL)


def _inserted(insertion: Insertion, labels: Mapping[str, str], value: float) -> str:
    known: str | float
    match insertion.source:
        case Source.VALUE:
            known = value
        case Source.LABEL:
            known = labels.get(insertion.name, "")
        case Source.LABELS:
            known = ", ".join(f'{name}="{labels[name]}"' for name in sorted(labels))
        case Source.TEXT:
            known = insertion.name
    for each in insertion.filters:
        known = _filtered(known, each)
    if insertion.source is Source.TEXT:
        return str(known)
    return humanized.plain(known) if isinstance(known, float) else printable(known, _VALUE_LIMIT)


def _filtered(known: str | float, name: str) -> str:
    """Text where a number is wanted stays as it is."""
    if name.startswith("printf "):
        return _formatted(known, name.removeprefix("printf "))
    number = _number(known)
    return str(known) if number is None else _FILTERS[name](number)


def _formatted(known: str | float, form: str) -> str:
    match = _FORMAT.fullmatch(form)
    if match is None:  # parse_template has seen to that
        raise TemplateError(f"printf “{printable(form, 40)}” is not understood.")
    before, after = (match[part].replace("%%", "%") for part in ("before", "after"))
    number, shape, verb = _number(known), match["shape"], match["verb"]
    if verb == "d":
        shape, verb = shape.partition(".")[0], ".0f"
    if verb in ("v", "s") or number is None:
        text = humanized.plain(known) if isinstance(known, float) else known
        # A precision would cut it, and what was to be a number is not to be cut.
        shape = shape if verb == "s" else shape.partition(".")[0]
        return f"{before}{f'%{shape}s' % text}{after}"
    return f"{before}{f'%{shape}{verb}' % number}{after}"


def _number(known: str | float) -> float | None:
    try:
        return float(known)
    except ValueError:
        return None
