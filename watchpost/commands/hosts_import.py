"""`watchpost hosts import`: register hosts that other programs know already."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fleet.host_sources.candidate import SourceReading
from fleet.host_sources.host_file import SourceFormat, read_host_file, read_host_text
from fleet.host_sources.source_text import BYTES_LIMIT
from fleet.registration import only_named, plan_registration
from watchpost.host_options import (
    ForCredentialOption,
    ForGroupOption,
    ForIdentityOption,
    ForTagsOption,
    ForUserOption,
    defaults_for_all,
)
from watchpost.invocation import DatabaseOption, JsonOption, YesOption, configuration
from watchpost.registering import carry_out, look_up

SSH_CONFIG = Path("~/.ssh/config")
_STANDARD_INPUT = "-"


class Format(StrEnum):
    """What a file is."""

    AUTO = "auto"
    SSH_CONFIG = SourceFormat.SSH_CONFIG.value
    KNOWN_HOSTS = SourceFormat.KNOWN_HOSTS.value
    ANSIBLE = SourceFormat.ANSIBLE.value
    CSV = SourceFormat.CSV.value


def command(  # noqa: PLR0913 - one for each option
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="Where from; - is standard input. Without it ~/.ssh/config.")
    ] = None,
    *,
    form: Annotated[Format, typer.Option("--format", help="What the file is.")] = Format.AUTO,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be added.")] = False,
    yes: YesOption = False,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="PATTERN", help="Only names such as 'web*'; several times.", show_default=False),
    ] = None,
    group: ForGroupOption = None,
    tags: ForTagsOption = None,
    user: ForUserOption = None,
    identity: ForIdentityOption = None,
    credential: ForCredentialOption = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Register the hosts of an SSH configuration, known_hosts, an Ansible inventory or a CSV table.

    Shows what would be added, skipped and refused, and asks. What is there already is skipped, so it can be done again
    and again. Passwords are never read from files. Exit code 3: it worked, but some entries were refused.
    """
    chosen = configuration(database)
    defaults = defaults_for_all(group, tags, user, identity, credential)
    reading = only_named(_read(file, None if form is Format.AUTO else SourceFormat(form.value)), only or ())
    there = look_up(chosen.database_url, credential)
    plan = plan_registration(reading, there.hosts, defaults=defaults, credentials=there.credentials)
    carry_out(chosen.database_url, plan, dry_run=dry_run, yes=yes, as_json=as_json)


def _read(file: str | None, form: SourceFormat | None) -> SourceReading:
    if file is None and form in {None, SourceFormat.SSH_CONFIG}:
        return read_host_file(SSH_CONFIG, SourceFormat.SSH_CONFIG)
    if file is None:
        raise typer.BadParameter("Which file?", param_hint="FILE")
    if file == _STANDARD_INPUT:
        return read_host_text(sys.stdin.buffer.read(BYTES_LIMIT + 1), form)
    return read_host_file(Path(file), form)
