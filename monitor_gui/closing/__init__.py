"""Closing the window: what becomes of the poller, the icon in the tray, one instance only, the end of the session."""
