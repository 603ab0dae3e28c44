"""Hosts that `~/.ssh/config` knows by name. All else that it says of them goes on to come from there."""

from pathlib import Path

from fleet.host_sources.candidate import Candidate, Place, SourceReading, check_count
from fleet.host_sources.ssh_aliases import GIT, all_aliases
from fleet.ssh_alias import SshAlias
from storage.translation import ngettext


def read_ssh_config(path: Path) -> SourceReading:
    """The names of `Host` lines without wildcards, those of included files, too.

    A name goes in as the address of its host, so that user, port, keys and jump hosts stay as OpenSSH has them. Left
    out are entries that log in as `git`, as such accounts run no commands, and names that can be no address.

    Raises:
        InvalidInputError: the file cannot be read, is far too large, or names more than 20,000 hosts.
    """
    servers: list[SshAlias] = []
    git = 0
    for alias in all_aliases(path):
        if alias.username == GIT:
            git += 1
        else:
            servers.append(alias)
        check_count(len(servers) + git)
    note = ngettext(
        "{count} entry that logs in as git is left out: it runs no commands.",
        "{count} entries that log in as git are left out: they run no commands.",
        git,
    )
    return SourceReading([_candidate(alias) for alias in servers], notes=(note.format(count=git),) if git else ())


def _candidate(alias: SshAlias) -> Candidate:
    """`where` is empty: what stands behind a name may come from many lines of several files."""
    # Behind different jump hosts, one address may be that of several hosts.
    behind = () if alias.jump else (Place(alias.address, alias.port, alias.username),)
    return Candidate(where="", said={"name": alias.alias, "address": alias.alias}, also=behind)
