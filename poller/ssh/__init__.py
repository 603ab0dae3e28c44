"""SSH as the admin has it: configuration, host keys, logins, the way there; by asyncssh."""
