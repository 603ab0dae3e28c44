"""What bringing in rules did, for people and scripts. Pure."""

from collections.abc import Iterable
from typing import Any

from rich.text import Text

from alerts.prometheus_rules.importing import Import
from alerts.prometheus_rules.merging import Imported
from alerts.prometheus_rules.refusal import Refusal
from alerts.rules.keeping import Brought
from storage.printable import printable


def brought_lines(brought: Brought, *, dry_run: bool) -> list[Text]:
    """A line for each thing that was done, or would be."""
    would = "would be " if dry_run else ""
    kinds = (
        (f"{would}added", brought.added),
        (f"{would}changed", brought.changed),
        (f"{would}removed", brought.removed),
        ("there already just so", brought.unchanged),
    )
    return [Text(f"{_many(len(names))} {word}: {_listed(names)}.") for word, names in kinds if names]


def import_lines(found: Import) -> list[Text]:
    """What of a rule file is not quite the same here, and what is not taken over."""
    lines = [_note(found.file, each, note) for each in found.imported for note in each.notes]
    if found.recorded:
        lines.append(Text(f"Recorded metrics are put into the alerts that name them: {_listed(found.recorded)}."))
    return lines


def refusal_lines(refused: Iterable[Refusal]) -> list[Text]:
    """One for each rule, with its line and the reason."""
    return [Text("✖ ", "red") + Text(printable(str(refusal), 1000)) for refusal in refused]


def import_as_json(found: Import, brought: Brought | None, *, dry_run: bool) -> dict[str, Any]:
    """For scripts; `brought` is None where nothing was taken over."""
    done = brought or Brought()
    return {
        "file": found.file,
        "dry_run": dry_run,
        "added": list(done.added),
        "changed": list(done.changed),
        "unchanged": list(done.unchanged),
        "removed": list(done.removed),
        "rules": [
            {"name": each.rule.name, "lines": list(each.lines), "notes": list(each.notes)} for each in found.imported
        ],
        "recorded": list(found.recorded),
        "refused": [refusal_as_json(refusal) for refusal in found.refused],
    }


def refusal_as_json(refusal: Refusal) -> dict[str, Any]:
    """For scripts."""
    return {
        "line": refusal.line,
        "name": refusal.name,
        "reason": refusal.reason.value,
        "message": refusal.message,
        "hint": refusal.hint,
    }


def _note(file: str, each: Imported, note: str) -> Text:
    return Text(printable(f"{file}:{each.lines[0]}: {each.rule.name}: {note}", 1000))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{printable(name)}”" for name in names)


def _many(count: int) -> str:
    return f"{count} rule{'' if count == 1 else 's'}"
