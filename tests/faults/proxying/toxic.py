"""What a proxy may do to connections, and what it has done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Toxic:
    """What a proxy does to every connection for as long as it applies."""

    # Every piece of data is held back for so long, and by up to `jitter_ms` more, drawn anew for each.
    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    # Bytes a second each way; 0 = as fast as it goes.
    rate: int = 0
    # Nothing is read or written: the buffers of both ends fill up, and nothing is lost.
    stalled: bool = False
    # Half open: what comes is swallowed, ends of connections too. Nothing passes on such a connection ever again;
    # the server's end of it lives on until `heal`, or another toxic.
    silent: bool = False
    # What the server says up to the end of its HTTP head goes byte by byte, so many milliseconds apart.
    upgrade_byte_ms: float = 0.0
    # Each connection ends by FIN after so many bytes more, both ways together, in the middle of whatever it is.
    cut_after: int | None = None


HARMLESS = Toxic()


@dataclass
class Counts:
    connections: int = 0
    # Bytes to the server, and to the client.
    up: int = 0
    down: int = 0
    swallowed: int = 0
    cut: int = 0
    resets: int = 0
    finishes: int = 0
    double_closes: int = 0
