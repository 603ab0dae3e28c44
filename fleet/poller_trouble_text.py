"""Why a poller is not well, in words that are short enough for the footer of a window."""

from storage.poller_figures import PollerTrouble
from storage.translation import N_, _

POLLER_TROUBLE_TEXT: dict[PollerTrouble, str] = {
    PollerTrouble.STARTING: N_("it is starting"),
    PollerTrouble.STOPPING: N_("it is ending"),
    PollerTrouble.LOOP_STUCK: N_("it hangs"),
    PollerTrouble.DATABASE_AWAY: N_("the database is away"),
    PollerTrouble.NOTHING_STORED: N_("nothing is being stored"),
    PollerTrouble.SPOOL_IN_USE: N_("readings wait on the disk"),
    PollerTrouble.READINGS_LOST: N_("readings were lost"),
    PollerTrouble.QUEUE_LONG: N_("readings pile up"),
    PollerTrouble.DELAY_HIGH: N_("readings come late"),
    PollerTrouble.SEALING_BEHIND: N_("sealing is behind"),
    PollerTrouble.HOSTS_UNREACHABLE: N_("many hosts unreachable"),
    PollerTrouble.DIRECTORY_DOWN: N_("login directory down"),
    PollerTrouble.SECRETS_LACKING: N_("secrets are missing"),
    PollerTrouble.WORKERS_DEAD: N_("a worker has ended"),
    PollerTrouble.FEW_DESCRIPTORS: N_("too few open files allowed"),
}


def poller_trouble_text(trouble: PollerTrouble) -> str:
    """A trouble as it reads below or behind the poller's name."""
    return _(POLLER_TROUBLE_TEXT[trouble])
