"""`watchpost db info`: what the database holds."""

from rich.text import Text

from fleet.quantities import byte_count, whole
from storage.database import describe_database
from storage.utc import iso_utc
from watchpost.console import output, print_json, table
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import moment_text, shown_zone


def command(*, as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """Say where the database is, how large, of which version, and what it holds."""
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened:
        facts = describe_database(opened)
        with opened.reading() as connection:
            zone = shown_zone(chosen, connection)
    if as_json:
        print_json(
            {
                "url": facts.url,
                "revision": facts.revision,
                "size_bytes": facts.size_bytes,
                "hosts": facts.hosts,
                "readings": facts.head_rows,
                "process_snapshots": facts.process_snapshots,
                "oldest": None if facts.oldest_ts is None else iso_utc(facts.oldest_ts),
                "newest": None if facts.newest_ts is None else iso_utc(facts.newest_ts),
            }
        )
        return
    lines = table("", "")
    lines.show_header = False
    for label, value in (
        ("database", facts.url),
        ("version", facts.revision),
        ("size", byte_count(facts.size_bytes)),
        ("hosts", whole(facts.hosts)),
        ("readings", whole(facts.head_rows)),
        ("process tables", whole(facts.process_snapshots)),
        ("oldest reading", moment_text(facts.oldest_ts, zone)),
        ("newest reading", moment_text(facts.newest_ts, zone)),
    ):
        lines.add_row(Text(label), Text(value))
    output().print(lines)
