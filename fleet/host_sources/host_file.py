"""Reads hosts out of a file, whatever it is: the one door to all readers."""

import re
from enum import StrEnum
from pathlib import Path

from fleet.host_sources.ansible_ini import read_ansible_ini
from fleet.host_sources.candidate import SourceReading
from fleet.host_sources.host_csv import read_csv
from fleet.host_sources.known_hosts_names import read_known_hosts
from fleet.host_sources.source_text import decoded, read_bytes
from fleet.host_sources.ssh_config_hosts import read_ssh_config
from storage.errors import InvalidInputError
from storage.printable import printable
from storage.translation import _


class SourceFormat(StrEnum):
    """What hosts can be taken over from."""

    SSH_CONFIG = "ssh-config"
    KNOWN_HOSTS = "known-hosts"
    ANSIBLE = "ansible"
    CSV = "csv"


_BY_ENDING = {
    ".csv": SourceFormat.CSV,
    ".tsv": SourceFormat.CSV,
    ".ini": SourceFormat.ANSIBLE,
    ".yml": SourceFormat.ANSIBLE,
    ".yaml": SourceFormat.ANSIBLE,
    ".json": SourceFormat.ANSIBLE,
}
_MULTILINE = re.MULTILINE | re.IGNORECASE
_KEY_LINE = re.compile(r"^(?:@\S+[ \t]+)?\S+[ \t]+(?:ssh-|ecdsa-|sk-)\S+[ \t]+AAAA", _MULTILINE)
_HOST_LINE = re.compile(r"^[ \t]*(?:Host|Match|Include)(?:[ \t]+|[ \t]*=)[^,;\t]*$", _MULTILINE)
_SECTION_LINE = re.compile(r"^\[[^\]\s]+\][ \t]*(?:#.*)?$", re.MULTILINE)
_VARIABLE = re.compile(r"^[^#;\n]*\bansible_\w+[ \t]*=", re.MULTILINE)
_YAML_LINE = re.compile(r"\A(?:[ \t]*(?:#[^\n]*)?\n)*(?:---|[\w.\"'-]+:[ \t]*(?:#[^\n]*)?$)", re.MULTILINE)
_LOOKED_AT = 100_000
"""Characters from the beginning by which a file is recognised."""


def read_host_file(path: Path, form: SourceFormat | None = None) -> SourceReading:
    """The hosts that a file names.

    Args:
        path: of the file; `~` is the home of whoever runs this.
        form: what it is; None looks at its name and its content.

    Raises:
        InvalidInputError: it cannot be read, is not recognised, or is not what it should be.
    """
    file = path.expanduser()
    content = read_bytes(file)
    if form is None:
        form = _form_by_name(file) or recognised(decoded(content, guess=True).text)
    if form is SourceFormat.SSH_CONFIG:
        return read_ssh_config(file)
    reading = read_host_text(content, form, ending=file.suffix.lower())
    if form is SourceFormat.ANSIBLE and (beside := _variables_beside(file)):
        words = _("The variables in {names} beside it were not read. With them: ansible-inventory -i {file} --list")
        note = words.format(names=", ".join(beside), file=printable(str(path)))
        return SourceReading(reading.candidates, reading.unusable, (*reading.notes, note))
    return reading


def read_host_text(content: bytes, form: SourceFormat | None = None, *, ending: str = "") -> SourceReading:
    """The hosts that some text names, as from a pipe.

    Args:
        content: the text.
        form: what it is; None looks at it.
        ending: of the file's name, such as `.yml`: what of an inventory that cannot be read tells what it should be.

    Raises:
        InvalidInputError: it is not recognised, or not what it should be; or it is a SSH configuration, whose includes
            are known only beside its file.
    """
    text, notes = decoded(content, guess=form is SourceFormat.CSV or form is None)
    form = form or recognised(text)
    if form is not SourceFormat.CSV:
        text, notes = decoded(content)
    reading = _read(text, form, ending)
    return SourceReading(reading.candidates, reading.unusable, (*notes, *reading.notes))


def recognised(text: str) -> SourceFormat:
    """What a text seems to be. Raises InvalidInputError."""
    start = text[:_LOOKED_AT]
    if start.startswith("#!") or start.lstrip().startswith(("{", "---")) or _YAML_LINE.search(start):
        return SourceFormat.ANSIBLE
    if _KEY_LINE.search(start):
        return SourceFormat.KNOWN_HOSTS
    if _SECTION_LINE.search(start) or _VARIABLE.search(start):
        return SourceFormat.ANSIBLE
    if _HOST_LINE.search(start):
        return SourceFormat.SSH_CONFIG
    first = next((line for line in start.splitlines() if line.strip()), "")
    if any(sign in first for sign in ",;\t"):
        return SourceFormat.CSV
    raise InvalidInputError(
        "It cannot be told what kind of file this is.",
        hint=f"Say it with --format: {', '.join(SourceFormat)}.",
    )


def _read(text: str, form: SourceFormat, ending: str) -> SourceReading:
    if form is SourceFormat.SSH_CONFIG:
        raise InvalidInputError(
            "A SSH configuration is read from its file only, as others may belong to it.", hint="Name the file."
        )
    if form is SourceFormat.KNOWN_HOSTS:
        return read_known_hosts(text)
    if form is SourceFormat.CSV:
        return read_csv(text)
    return _read_ansible(text, ending)


def _read_ansible(text: str, ending: str) -> SourceReading:
    # YAML needs a library that the other forms can do without.
    from fleet.host_sources.ansible_yaml import read_ansible_json, read_ansible_yaml  # noqa: PLC0415

    if text.startswith("#!"):
        raise InvalidInputError(
            "It is a program that prints an inventory, and it is not run from here.",
            hint="Have Ansible write it out: ansible-inventory -i INVENTORY --list -y > hosts.yml",
        )
    if ending == ".json" or text.lstrip().startswith("{"):
        return read_ansible_json(text)
    if ending in {".yml", ".yaml"} or _YAML_LINE.search(text[:_LOOKED_AT]):
        return read_ansible_yaml(text)
    return read_ansible_ini(text)


def _form_by_name(file: Path) -> SourceFormat | None:
    if file.name.startswith("known_hosts"):
        return SourceFormat.KNOWN_HOSTS
    if file.parent.name == ".ssh" and file.name == "config":
        return SourceFormat.SSH_CONFIG
    return _BY_ENDING.get(file.suffix.lower())


def _variables_beside(file: Path) -> list[str]:
    return [name for name in ("group_vars", "host_vars") if (file.parent / name).is_dir()]
