"""The command line: which commands there are, and the options before them."""

from typing import Annotated

import typer

from watchpost import __version__
from watchpost.command_group import Branch, LazyCommands, Leaf, RootGroup, remember_database
from watchpost.invocation import DatabaseOption

COMMANDS: dict[str, Leaf | Branch] = {
    "demo": Leaf("watchpost.commands.demo", "Try everything out on a simulated fleet; nothing of it stays."),
    "run": Leaf("watchpost.commands.run", "Poll all hosts until SIGTERM or Ctrl-C, without a screen."),
    "gui": Leaf("watchpost.commands.gui", "Open the desktop application."),
    "top": Leaf("watchpost.commands.top", "Show all hosts, live."),
    "status": Leaf("watchpost.commands.status", "Report how hosts are, once; for cron and monitoring."),
    "export": Leaf("watchpost.commands.export", "Write stored readings as CSV, Parquet or OpenMetrics text."),
    "import": Leaf("watchpost.commands.import_", "Bring readings of a file into the database."),
    "hosts": Branch(
        "Register, change, test and remove hosts.",
        {
            "add": Leaf("watchpost.commands.hosts_add", "Register a host, trust its key and test the connection."),
            "list": Leaf("watchpost.commands.hosts_list", "List all hosts with their state."),
            "show": Leaf("watchpost.commands.hosts_show", "Show all that is known of a host."),
            "edit": Leaf("watchpost.commands.hosts_edit", "Change a host; its history stays."),
            "remove": Leaf("watchpost.commands.hosts_remove", "Take a host off the list; can be undone for a day."),
            "restore": Leaf("watchpost.commands.hosts_restore", "Bring a removed host back with its history."),
            "test": Leaf("watchpost.commands.hosts_test", "Try the connection to a host, step by step."),
            "retry": Leaf("watchpost.commands.hosts_retry", "Try hosts now that cannot be read, many at once."),
            "trust": Leaf("watchpost.commands.hosts_trust", "Trust the host key that a host presents now."),
            "import": Leaf("watchpost.commands.hosts_import", "Register the hosts that a file names."),
            "discover": Leaf("watchpost.commands.hosts_discover", "Look for SSH servers in address ranges."),
            "authorized-key": Leaf(
                "watchpost.commands.hosts_authorized_key", "Print what lets a key start the probe and nothing else."
            ),
        },
    ),
    "checks": Branch(
        "Have hosts asked something besides: units, addresses, numbers of your own.",
        {
            "add": Leaf("watchpost.commands.checks_add", "Have hosts asked something besides."),
            "list": Leaf("watchpost.commands.checks_list", "List what hosts are asked, with the newest answers."),
            "remove": Leaf("watchpost.commands.checks_remove", "No longer ask something."),
            "interval": Leaf("watchpost.commands.checks_interval", "Show or set how often checks are made."),
        },
    ),
    "alerts": Branch(
        "Say what is told of, to whom, and see what fires.",
        {
            "list": Leaf("watchpost.commands.alerts_list", "List what fires, who is on it, and who was told."),
            "history": Leaf("watchpost.commands.alerts_history", "List what fired, and what became of it."),
            "ack": Leaf("watchpost.commands.alerts_ack", "Say that somebody is on it."),
            "explain": Leaf("watchpost.commands.alerts_explain", "Say who is told of an alert, and why."),
            "heartbeat": Leaf("watchpost.commands.alerts_heartbeat", "Have an outside watcher told that we live."),
            "replay": Leaf("watchpost.commands.alerts_replay", "Say what today's rules would have said of the past."),
            "silence": Branch(
                "Keep quiet about something for a time.",
                {
                    "add": Leaf("watchpost.commands.alerts_silence_add", "Keep quiet about some alerts for a time."),
                    "list": Leaf("watchpost.commands.alerts_silence_list", "List what is silenced."),
                    "remove": Leaf("watchpost.commands.alerts_silence_remove", "End a silence now."),
                },
            ),
            "windows": Branch(
                "Look after maintenance windows: times that come again and again in which nobody is told.",
                {
                    "add": Leaf("watchpost.commands.alerts_windows_add", "Add a maintenance window."),
                    "list": Leaf("watchpost.commands.alerts_windows_list", "List them with their next times."),
                    "remove": Leaf("watchpost.commands.alerts_windows_remove", "Forget a maintenance window."),
                },
            ),
            "routes": Branch(
                "Say who is told of what.",
                {
                    "add": Leaf("watchpost.commands.alerts_routes_add", "Add a route."),
                    "list": Leaf("watchpost.commands.alerts_routes_list", "List routes in their order."),
                    "edit": Leaf("watchpost.commands.alerts_routes_edit", "Change a route."),
                    "move": Leaf("watchpost.commands.alerts_routes_move", "Have it looked at earlier or later."),
                    "remove": Leaf("watchpost.commands.alerts_routes_remove", "Forget a route."),
                },
            ),
            "rules": Branch(
                "Say what is told of, and from when on it is too much.",
                {
                    "list": Leaf("watchpost.commands.alerts_rules_list", "List what is told of, with its levels."),
                    "show": Leaf("watchpost.commands.alerts_rules_show", "Show all that is known of a rule."),
                    "add": Leaf("watchpost.commands.alerts_rules_add", "Tell of something else."),
                    "edit": Leaf("watchpost.commands.alerts_rules_edit", "Change a rule."),
                    "enable": Leaf("watchpost.commands.alerts_rules_enable", "Look at rules again."),
                    "disable": Leaf("watchpost.commands.alerts_rules_disable", "No longer look at rules."),
                    "remove": Leaf("watchpost.commands.alerts_rules_remove", "Forget rules."),
                    "threshold": Leaf(
                        "watchpost.commands.alerts_rules_threshold", "Other levels on a host, for a tag, group or user."
                    ),
                    "preset": Leaf(
                        "watchpost.commands.alerts_rules_preset", "Install rules with levels that people had elsewhere."
                    ),
                    "import": Leaf("watchpost.commands.alerts_rules_import", "Take over a Prometheus rule file."),
                    "export": Leaf("watchpost.commands.alerts_rules_export", "Write rules as a Prometheus rule file."),
                    "reset": Leaf(
                        "watchpost.commands.alerts_rules_reset", "Have rules that came with Watchpost be as they came."
                    ),
                },
            ),
            "receivers": Branch(
                "Look after who is told of alerts.",
                {
                    "add": Leaf("watchpost.commands.alerts_receivers_add", "Add somebody who is told of alerts."),
                    "list": Leaf("watchpost.commands.alerts_receivers_list", "List who is told of alerts."),
                    "show": Leaf("watchpost.commands.alerts_receivers_show", "Show a receiver with its options."),
                    "edit": Leaf("watchpost.commands.alerts_receivers_edit", "Change a receiver."),
                    "remove": Leaf("watchpost.commands.alerts_receivers_remove", "No longer tell a receiver."),
                },
            ),
            "test": Leaf("watchpost.commands.alerts_test", "Send one message, and show what the server said."),
        },
    ),
    "compare": Leaf("watchpost.commands.compare", "Say what changed around a moment."),
    "annotate": Leaf("watchpost.commands.annotate", "Note what happened: a deployment, a maintenance."),
    "annotations": Branch(
        "Look after what was noted, and compare before with after.",
        {
            "list": Leaf("watchpost.commands.annotations_list", "List what was noted."),
            "edit": Leaf("watchpost.commands.annotations_edit", "Change the text or the times of what was noted."),
            "remove": Leaf("watchpost.commands.annotations_remove", "Forget what was noted."),
            "compare": Leaf("watchpost.commands.annotations_compare", "Say what changed around what was noted."),
        },
    ),
    "credentials": Branch(
        "Name passwords and passphrases; the secrets lie in the keyring.",
        {
            "add": Leaf("watchpost.commands.credentials_add", "Store a password or passphrase under a name."),
            "list": Leaf("watchpost.commands.credentials_list", "List credentials and the hosts that use them."),
            "rotate": Leaf("watchpost.commands.credentials_rotate", "Give a credential another secret."),
            "remove": Leaf("watchpost.commands.credentials_remove", "Forget a credential and its secret."),
            "send": Leaf("watchpost.commands.credentials_send", "Send a secret to pollers that do not have it."),
            "backend": Leaf("watchpost.commands.credentials_backend", "Show or choose where secrets are kept."),
        },
    ),
    "db": Branch(
        "Look after the database.",
        {
            "info": Leaf("watchpost.commands.db_info", "Say what the database holds, and how large it will become."),
            "check": Leaf("watchpost.commands.db_check", "Look for damage, and change nothing."),
            "backup": Leaf("watchpost.commands.db_backup", "Copy the database while it is in use."),
            "restore": Leaf("watchpost.commands.db_restore", "Put a backup in the place of the database."),
            "vacuum": Leaf("watchpost.commands.db_vacuum", "Give room back that deleted data have left."),
            "copy": Leaf("watchpost.commands.db_copy", "Copy a database to another place, SQLite or PostgreSQL."),
            "upgrade": Leaf("watchpost.commands.db_upgrade", "Bring an older database up to date, after a backup."),
            "retention": Leaf("watchpost.commands.db_retention", "Show or set what is kept how long."),
            "plain-sql": Leaf("watchpost.commands.db_plain_sql", "Show or set what scripts find in system_metrics."),
        },
    ),
    "service": Branch(
        "Have the system keep the poller running for this user.",
        {
            "install": Leaf("watchpost.commands.service_install", "Install and start the service of this user."),
            "remove": Leaf("watchpost.commands.service_remove", "Stop the service of this user and take it away."),
            "status": Leaf("watchpost.commands.service_status", "Say whether the service of this user runs."),
            "unit": Leaf("watchpost.commands.service_unit", "Print the unit of a service of the machine."),
        },
    ),
    "fleet": Leaf("watchpost.commands.fleet", "Serve simulated hosts over SSH on this machine, to try and to measure."),
    "doctor": Leaf("watchpost.commands.doctor", "Say what is wrong with this installation and what to type."),
}


class WatchpostGroup(RootGroup):
    """All commands."""

    def __init__(self, **attributes: object) -> None:
        super().__init__(**{**attributes, "commands": LazyCommands(COMMANDS)})  # type: ignore[arg-type]


app = typer.Typer(
    cls=WatchpostGroup,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _print_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"watchpost {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def watchpost(
    context: typer.Context,
    database: DatabaseOption = None,
    version: Annotated[  # noqa: ARG001 - its callback does the work
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Watch servers over SSH without installing anything on them.

    Without a command: watch this machine and all registered hosts, live. Exit codes: 0 it worked, 1 it failed (the
    reason is on standard error), 2 wrong usage.
    """
    remember_database(database)
    if context.invoked_subcommand is None:
        from watchpost.commands.watch import command  # noqa: PLC0415 - the others need none of it

        command()
