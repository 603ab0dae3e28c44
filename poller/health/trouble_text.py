"""What is wrong with a poller, in a sentence each."""

from storage.poller_figures import PollerTrouble

TROUBLE_TEXT = {
    PollerTrouble.STARTING: "The poller is starting.",
    PollerTrouble.STOPPING: "The poller is stopping.",
    PollerTrouble.LOOP_STUCK: "The loop that carries the sessions has not come round for 30 s.",
    PollerTrouble.NOTHING_STORED: "Readings wait, and none has been stored for a minute.",
    PollerTrouble.DATABASE_AWAY: "The database cannot be written; readings wait.",
    PollerTrouble.READINGS_LOST: "Readings had to be given up within the last ten minutes.",
    PollerTrouble.WORKERS_DEAD: "Processes that carry sessions have died and are being started again.",
    PollerTrouble.FEW_DESCRIPTORS: "Too few files may be open for that many hosts.",
    PollerTrouble.DIRECTORY_DOWN: "Many hosts refuse one credential at once: the directory behind them may be down.",
    PollerTrouble.HOSTS_UNREACHABLE: "Half of the hosts or more cannot be read.",
    PollerTrouble.SECRETS_LACKING: "This poller does not have the secret of every credential.",
    PollerTrouble.SPOOL_IN_USE: "Readings wait on the disk.",
    PollerTrouble.QUEUE_LONG: "More readings come than can be stored.",
    PollerTrouble.DELAY_HIGH: "One reading in a hundred is stored 10 s late or more.",
    PollerTrouble.SEALING_BEHIND: "Sealing is an hour behind.",
}
