"""The second implementation of SSH, for servers that asyncssh cannot talk to."""
