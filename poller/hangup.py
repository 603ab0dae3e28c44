"""What SIGHUP means: a service manager's wish to reload, or the end of the terminal that the poller runs in."""

import os
import signal


def hangup_ends() -> bool:
    """Whether SIGHUP is to end this process: it belongs to a terminal, and nobody has asked for it to outlive that."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        # As nohup(1) leaves it.
        return False
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True
