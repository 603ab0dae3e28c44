"""`watchpost db vacuum`: gives room back."""

from rich.text import Text

from storage.care.vacuum import vacuum_database
from storage.database_url import database_file
from storage.quantities import byte_count
from watchpost.console import output, print_json
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.progress_bar import progress_bar


def command(*, as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """Give the room back that deleted data have left. Of a file: stop the poller first."""
    url = configuration(database).database_url
    with progress_bar() as on_step:
        done = vacuum_database(url, on_step)
    if as_json:
        print_json({"before_bytes": done.before, "after_bytes": done.after})
        return
    output().print(Text(f"{byte_count(done.before)} before, {byte_count(done.after)} now."))
    if database_file(url) is None:
        kept = "Room of deleted rows is free for new ones; PostgreSQL gives it back to the disk by VACUUM FULL alone."
        output().print(Text(kept))
