"""What an import did, in words."""

from storage.transfer.measurement_import import HostImport, ImportReport
from storage.transfer.refusals import RefusalReason, Refusals
from watchpost.import_report import report_as_json, report_texts


def texts(report: ImportReport, *, dry_run: bool = False) -> list[str]:
    return [text.plain for text in report_texts(report, dry_run=dry_run)]


def test_every_reason_has_words() -> None:
    refusals = Refusals()
    for place, reason in enumerate(RefusalReason):
        refusals.add(reason, place, "x" * 500)
    told = texts(ImportReport(refusals))
    assert len(told) == 1 + len(RefusalReason)
    assert len(report_as_json(ImportReport(refusals))["refused"]) == len(RefusalReason)
    assert all(len(text) < 300 for text in told)


def test_all_there_is_to_know_is_said() -> None:
    host = HostImport("db1", 1, 1, 2, 6, 0, 0, too_old=True)
    refusals = Refusals()
    for line in range(1, 8):
        refusals.add(RefusalReason.BAD_NUMBER, line, "x")
    report = ImportReport(refusals, [host], repeated=1, of_others=2)
    assert texts(report) == [
        "1 value was added.",
        "2 readings of the same moment were there already and stay as they are.",
        "1 value stood there twice; the first one counts.",
        "2 values of other hosts were left out.",
        "Some are older than readings are kept: soon only their means stay, unless readings are kept for longer.",
        "Refused: 7 lines (lines 1, 2, 3, 4, 5, …), no number: x",
    ]
    assert texts(report, dry_run=True)[0] == "1 value would be added."
