"""Hosts of a table: CSV as spreadsheets and scripts write it. Pure."""

import csv
import io
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from fleet.host_address import identity_path, parse_address
from fleet.host_sources.candidate import Candidate, SourceReading, Unusable, at_line, check_count
from storage.errors import InvalidInputError
from storage.host import Reader, Transport
from storage.printable import printable
from storage.translation import _

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("hostname", "host", "server", "label", "title"),
    "address": ("ip", "ip address", "ipaddress", "ip addr", "fqdn", "dns", "dns name", "host address", "target"),
    "port": ("ssh port",),
    "username": ("user", "login", "user name", "ssh user", "account"),
    "identity_file": ("identity", "key", "key file", "ssh key", "private key", "private key file"),
    "credential": (),
    "interval_s": ("interval", "interval s", "seconds"),
    "enabled": ("active", "monitored"),
    "group": ("group name", "folder"),
    "tags": ("tag", "labels"),
    "transport": (),
    "reader": (),
    "sudo": (),
    "top_processes": (),
    "all_mounts": (),
    "all_interfaces": (),
    "compression": (),
}
"""The fields of a host, and what else the head of their column may say. Case, `_` and `-` do not count."""

_SECRETS = frozenset(
    {"password", "passwort", "passwd", "pass", "pwd", "secret", "passphrase", "ssh password", "ssh pass"}
)
_DELIMITERS = ",;\t"
_YES, _NO = frozenset({"yes", "true", "1", "on", "y"}), frozenset({"no", "false", "0", "off", "n"})
_CELLS_LIMIT = 200
_HINT = (
    f"The first line names the columns; there may be {', '.join(COLUMNS)}. A name or an address has to be among them."
)


def read_csv(text: str) -> SourceReading:
    """The hosts of a table whose first line names its columns.

    The delimiter is the comma, the semicolon or the tab that this line has most of. A host needs a name or an address;
    the one is taken for the other. An address may be written as for ssh, and tags are divided by semicolons.

    Raises:
        InvalidInputError: it has no such line, a column with passwords, broken quotes, or more than 20,000 hosts.
    """
    rows = _rows(text)
    number, head = next(rows, (1, []))
    fields, notes = _fields(head, number)
    candidates: list[Candidate] = []
    unusable: list[Unusable] = []
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        check_count(len(candidates) + len(unusable) + 1)
        cells = {field: cell.strip() for field, cell in zip(fields, row, strict=False) if field and cell.strip()}
        try:
            _check_length(row, fields)
            candidates.append(Candidate(where=at_line(number), said=_said(cells)))
        except InvalidInputError as error:
            name = cells.get("name") or cells.get("address", "")
            unusable.append(Unusable(where=at_line(number), name=printable(name), why=error.message))
    return SourceReading(candidates, unusable, notes)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with the line in which each begins, the empty ones before the first left out."""
    start = text.lstrip("\r\n")
    skipped = text[: len(text) - len(start)].count("\n")
    first, _end, rest = start.partition("\n")
    delimiter = max(_DELIMITERS, key=first.count)
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        # Excel's own way to say so.
        delimiter, start, skipped = first.strip()[4], rest, skipped + 1
    reader = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for row in reader:
            yield skipped + before + 1, row
            before = reader.line_num
    except csv.Error as error:
        raise InvalidInputError(
            f"Line {skipped + before + 1} cannot be read as CSV: {error}.", hint="Look at the quotes in it."
        ) from None


def _fields(head: Sequence[str], line: int) -> tuple[list[str | None], list[str]]:
    """The field of each column, None where there is none of that name, and notes on these."""
    names = [" ".join(cell.replace("_", " ").replace("-", " ").split()).casefold() for cell in head[:_CELLS_LIMIT]]
    if secret := next((name for name in names if name in _SECRETS), None):
        raise InvalidInputError(
            f"Line {line} has a column “{secret}”. Passwords are not read from files.",
            hint="Store one with “watchpost credentials add NAME”, and name it in a column “credential”.",
        )
    fields = [_FIELD_OF.get(name) for name in names]
    if "name" not in fields and "address" not in fields:
        raise InvalidInputError(f"Line {line} names no columns that are known here.", hint=_HINT)
    if twice := next((field for field in fields if field and fields.count(field) > 1), None):
        raise InvalidInputError(f"Line {line} has more than one column for “{twice}”.", hint=_HINT)
    unknown = [
        printable(cell.strip(), 40) for cell, field in zip(head, fields, strict=False) if not field and cell.strip()
    ]
    words = _("These columns are not known here and are passed over: {names}.")
    return fields, [words.format(names=", ".join(unknown[:10]))] if unknown else []


def _check_length(row: Sequence[str], fields: Sequence[str | None]) -> None:
    if any(cell.strip() for cell in row[len(fields) :]):
        raise InvalidInputError(_("The line has more cells than there are columns."))


def _said(cells: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a row. Raises InvalidInputError, naming the column."""
    for column, cell in cells.items():
        # What a spreadsheet would run. A minus is refused with the other rules of hosts.
        if cell[0] in "=+@\t\r":
            raise InvalidInputError(_("Column “{column}” begins like a formula.").format(column=column))
    said: dict[str, Any] = {field: _READERS[field](field, cell) for field, cell in cells.items() if field in _READERS}
    said |= {field: cell for field, cell in cells.items() if field not in _READERS}
    if "address" not in said and said.get("transport") is not Transport.LOCAL:
        said["address"] = said.get("name", "")
    said |= _route(said)
    said.setdefault("name", said.get("address", ""))
    return said


def _route(said: Mapping[str, Any]) -> dict[str, Any]:
    """What the address says: it may have the user and the port in it."""
    if not said.get("address"):
        return {}
    username, address, port = parse_address(said["address"])
    for field, own in (("username", username), ("port", port)):
        if own is not None and field in said and said[field] != own:
            raise InvalidInputError(_("Columns “address” and “{column}” contradict each other.").format(column=field))
    return {"address": address, "username": username or said.get("username"), "port": port or said.get("port")}


def _whole_number(column: str, cell: str) -> int:
    if cell.isascii() and cell.isdigit() and len(cell) < 7:
        return int(cell)
    raise InvalidInputError(
        _("Column “{column}” is no number: “{cell}”.").format(column=column, cell=printable(cell, 32))
    )


def _number(column: str, cell: str) -> float:
    try:
        value = float(cell.replace(",", ".")) if len(cell) < 20 else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        words = _("Column “{column}” is no number: “{cell}”.")
        raise InvalidInputError(words.format(column=column, cell=printable(cell, 32)))
    return value


def _flag(column: str, cell: str) -> bool:
    if cell.lower() in _YES | _NO:
        return cell.lower() in _YES
    words = _("Column “{column}” is neither yes nor no: “{cell}”.")
    raise InvalidInputError(words.format(column=column, cell=printable(cell, 32)))


def _one_of(choices: type[Transport] | type[Reader]) -> Callable[[str, str], Transport | Reader]:
    def read(column: str, cell: str) -> Transport | Reader:
        if cell.lower() in set(choices):
            return choices(cell.lower())
        words = _("Column “{column}” has to be one of: {choices}.")
        raise InvalidInputError(words.format(column=column, choices=", ".join(choices)))

    return read


def _tags(_column: str, cell: str) -> tuple[str, ...]:
    return tuple(filter(None, (tag.strip() for tag in cell.split(";"))))


def _key_file(_column: str, cell: str) -> str | None:
    return identity_path(cell)


_READERS: Mapping[str, Callable[[str, str], Any]] = {
    "port": _whole_number,
    "top_processes": _whole_number,
    "interval_s": _number,
    "enabled": _flag,
    "sudo": _flag,
    "all_mounts": _flag,
    "all_interfaces": _flag,
    "compression": _flag,
    "transport": _one_of(Transport),
    "reader": _one_of(Reader),
    "tags": _tags,
    "identity_file": _key_file,
}
_FIELD_OF = {name: field for field, others in COLUMNS.items() for name in (field.replace("_", " "), *others)}
