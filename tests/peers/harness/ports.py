"""Free loopback ports for servers that cannot choose one themselves."""

from __future__ import annotations

import random
import socket

# Below the range from which Linux, macOS and Windows take ports for outgoing connections: a port whose server is
# down for a while must not be given to a client, least of all to the one that is redialing it.
LOWEST, HIGHEST = 20_000, 32_000


def free_ports(count: int) -> list[int]:
    """`count` different ports that were free a moment ago. A caller that loses the race for one asks again."""
    held: list[socket.socket] = []
    try:
        while len(held) < count:
            candidate = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            try:
                candidate.bind(("127.0.0.1", random.randrange(LOWEST, HIGHEST)))
            except OSError:
                candidate.close()
                continue
            held.append(candidate)
        return [held_socket.getsockname()[1] for held_socket in held]
    finally:
        for held_socket in held:
            held_socket.close()
