"""The poller as seen from the window: kept running, told in the footer, and every trouble with it or its database."""
