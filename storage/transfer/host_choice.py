"""Which hosts the hosts of a file are. Pure."""

from collections.abc import Mapping, Sequence
from unicodedata import normalize

from storage.errors import InvalidInputError, NotFoundError
from storage.host import Host
from storage.printable import printable
from storage.similar_names import did_you_mean

_NAMES_SHOWN = 5


def choose_hosts(
    in_file: Sequence[str], registered: Mapping[str, Host], into: Sequence[str] = (), of: str | None = None
) -> dict[str, Host]:
    """The host for each name of the file that is imported.

    Args:
        in_file: names that the file has; the empty one where it names none.
        registered: hosts by name.
        into: hosts to import into, else all that the file names.
        of: the one of the file that is meant, where it is called otherwise than the one host of `into`.

    Raises:
        NotFoundError: a host is not registered.
        InvalidInputError: it cannot be told which host is meant.
    """
    chosen = [_registered(name, registered) for name in dict.fromkeys(map(_composed, into))]
    if of is not None:
        return {_of(of, in_file): _only(chosen)}
    names = {_composed(name): name for name in in_file}
    if not chosen:
        return _all_named(names, registered)
    if len(in_file) == 1 and len(chosen) == 1:
        return {in_file[0]: chosen[0]}
    found = {names[host.name]: host for host in chosen if host.name in names}
    if missing := [host.name for host in chosen if host.name not in names]:
        raise InvalidInputError(
            f"The file has nothing of {missing[0]}.",
            hint=f"It has {_listed(in_file)}. Say which one is meant: --of NAME --host {missing[0]}",
        )
    return found


def _only(chosen: Sequence[Host]) -> Host:
    if len(chosen) != 1:
        raise InvalidInputError("--of takes one --host.", hint="For example: --of old-name --host new-name")
    return chosen[0]


def _of(name: str, in_file: Sequence[str]) -> str:
    if found := [each for each in in_file if _composed(each) == _composed(name)]:
        return found[0]
    raise InvalidInputError(f"The file has nothing of {name}.", hint=f"It has {_listed(in_file)}.")


def _all_named(names: Mapping[str, str], registered: Mapping[str, Host]) -> dict[str, Host]:
    if "" in names:
        raise InvalidInputError("The file does not say whose readings it has.", hint="Say it: --host NAME")
    unknown = [name for name in names if name not in registered]
    if unknown:
        raise NotFoundError(
            f"The file has readings of hosts that are not registered: {_listed(unknown)}.",
            hint="Register them (`watchpost hosts add`), or pick the hosts that are meant: --host NAME",
        )
    return {name: registered[composed] for composed, name in names.items()}


def _registered(name: str, registered: Mapping[str, Host]) -> Host:
    if host := registered.get(name):
        return host
    hint = did_you_mean(name, registered, "Register it with `watchpost hosts add`.")
    raise NotFoundError(f"There is no host “{printable(name)}”.", hint=hint)


def _composed(name: str) -> str:
    return normalize("NFC", name)


def _listed(names: Sequence[str]) -> str:
    shown = [printable(name, 80) or "a host without a name" for name in names[:_NAMES_SHOWN]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
