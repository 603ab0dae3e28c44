"""`watchpost alerts rules show`: all that is known of a rule."""

from alerts.rules.keeping import read_overrides, read_rule
from watchpost.console import output, print_json
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.rule_access import host_names
from watchpost.rule_options import NameArgument
from watchpost.rule_text import rule_as_json, rule_lines


def command(name: NameArgument, *, as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """Show all that is known of a rule, and where it is otherwise."""
    with existing_database(configuration(database).database_url) as opened, opened.reading() as connection:
        rule = read_rule(connection, name)
        placed, hosts = read_overrides(connection, rule.id), host_names(connection)
    if as_json:
        print_json({"rule": rule_as_json(rule, placed, hosts)})
        return
    for line in rule_lines(rule, placed, hosts):
        output().print(line)
