"""What a connection does without once somebody is logged in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncssh

from poller.ssh.lean_login import forget_login


class Open(asyncssh.SSHServer):
    """Lets everybody in."""

    def begin_auth(self, username: str) -> bool:
        return False


async def echo(process: "asyncssh.SSHServerProcess[bytes]") -> None:
    while line := await process.stdin.readline():
        process.stdout.write(line)
    process.exit(0)


@asynccontextmanager
async def connected(rekey_bytes: int) -> AsyncIterator[asyncssh.SSHClientConnection]:
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.listen(
        "127.0.0.1", 0, server_factory=Open, server_host_keys=[key], process_factory=echo, encoding=None
    )
    async with server:
        port = server.get_port()
        async with asyncssh.connect("127.0.0.1", port, known_hosts=None, config=[], rekey_bytes=rekey_bytes) as made:
            yield made


async def test_a_session_goes_on_under_new_keys() -> None:
    async with connected(rekey_bytes=10_000) as connection:
        forget_login(connection)
        assert connection.__dict__["_client_kexinit"] == b""
        async with connection.create_process("echo", encoding=None) as process:
            for number in range(100):
                line = b"%d %s\n" % (number, b"x" * 1000)
                process.stdin.write(line)
                assert await process.stdout.readline() == line
            process.stdin.write_eof()
            assert (await process.wait()).exit_status == 0
        # They have been agreed on anew, from what both sides offered then.
        assert connection.__dict__["_client_kexinit"]
        assert connection.__dict__["_server_kexinit"]
