"""Reads PromQL with a real parser, and keeps from it what it cannot take."""

import re

import promql_parser

from alerts.prometheus_rules.refusal import Reason, UnmappedError
from storage.errors import InvalidInputError
from storage.printable import printable

LENGTH_LIMIT = 8192
"""Characters."""
_DEPTH_LIMIT = 200
"""The parser recurses in native code: 5,000 signs in a row end the process."""
_PIECES = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|`(?P<raw>[^`]*)`|(?P<comment>\#[^\n]*)""", re.DOTALL
)
_DEEPER = re.compile(r"[-+*/%^(<>=!\[{]|\b(?:and|or|unless|atan2)\b")


class PromqlError(InvalidInputError):
    """It is no PromQL."""


def parse_promql(text: str) -> promql_parser.Expr:
    """The syntax tree.

    Raises:
        PromqlError: it is no PromQL.
        UnmappedError: it is longer or more nested than anything that is mapped, or has a function that the parser does
            not know.
    """
    if len(text) > LENGTH_LIMIT:
        raise UnmappedError(Reason.NO_SUCH_ARITHMETIC, f"The expression has more than {LENGTH_LIMIT} characters.")
    # It does not take all that is written between backquotes.
    plain = _PIECES.sub(_quoted, text)
    if len(_DEEPER.findall(_PIECES.sub("", plain))) > _DEPTH_LIMIT:
        raise UnmappedError(Reason.NO_SUCH_ARITHMETIC, f"The expression has more than {_DEPTH_LIMIT} operations in it.")
    try:
        return promql_parser.parse(plain)
    except ValueError as error:
        problem = printable(str(error), 160)
        if problem.startswith("unknown function"):
            raise UnmappedError(Reason.UNSUPPORTED_FUNCTION, f"It is not known here: {problem}.") from None
        raise PromqlError(f"It is no PromQL: {problem}.") from None


def _quoted(match: re.Match[str]) -> str:
    if match["comment"] is not None:
        return " "
    if match["raw"] is None:
        return match[0]
    escaped = match["raw"].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
