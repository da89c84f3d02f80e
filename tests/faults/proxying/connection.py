"""A client, the server, and what is on its way between them."""

from __future__ import annotations

import contextlib
import random
import selectors
import socket
import struct

from .toxic import Counts, Toxic
from .way import PIECE, Way

LEAVE_BY_RESET = struct.pack("ii", 1, 0)


class Connection:
    """Both sockets are non-blocking. `is_over` once both are closed."""

    def __init__(self, client: socket.socket, server: socket.socket, chance: random.Random, toxic: Toxic) -> None:
        self.client = client
        self.server = server
        self.up = Way(client, server, chance, to_client=False)
        self.down = Way(server, client, chance, to_client=True)
        self.ways = (self.up, self.down)
        self.is_over = False
        # What comes is swallowed: the connection is half open, or both ends were told that it is over.
        self.is_deaf = False
        self.was_finished = False
        self._allowance: int | None = None
        self.hear(toxic)

    def hear(self, toxic: Toxic) -> None:
        """Another toxic applies from now on."""
        self._allowance = toxic.cut_after
        if toxic.silent:
            self.is_deaf = True
        elif self.is_deaf:
            self.finish()

    def serve(self, readable: set[object], now: float, toxic: Toxic, counts: Counts) -> None:
        """Does what can be done now."""
        try:
            if self.is_deaf:
                self._swallow(readable, counts)
            elif not toxic.stalled:
                self._pass(readable, now, toxic, counts)
        except BlockingIOError:
            pass
        except OSError:
            self._broken()
        if self.up.has_told_end and self.down.has_told_end:
            self.drop()

    def _pass(self, readable: set[object], now: float, toxic: Toxic, counts: Counts) -> None:
        for way in self.ways:
            if way.source in readable and way.has_room:
                way.read(now, toxic)
            sent = way.write(now, toxic.rate, self._allowance)
            if way is self.up:
                counts.up += sent
            else:
                counts.down += sent
            if self._allowance is not None:
                self._allowance -= sent
                if self._allowance <= 0:
                    counts.cut += 1
                    self.finish()
                    return

    def _swallow(self, readable: set[object], counts: Counts) -> None:
        for way in self.ways:
            if way.source in readable and not way.has_ended:
                data = way.source.recv(PIECE)
                counts.swallowed += len(data)
                way.has_ended = not data
        if self.up.has_ended and not self.was_finished:
            self._forget_client()
        if self.up.has_ended and self.down.has_ended:
            self.drop()

    def _broken(self) -> None:
        """One end is gone by force; so is the other one then, unless nothing is to pass."""
        if not self.is_deaf:
            self.reset()
        elif self.was_finished or self.up.has_ended:
            self.drop()
        else:
            self._forget_client()

    def _forget_client(self) -> None:
        """The client of a half-open connection is gone; the server is not to know yet."""
        self.up.has_ended = True
        self.client.close()

    def masks(self, now: float, toxic: Toxic) -> tuple[tuple[socket.socket, int], tuple[socket.socket, int]]:
        """What to wait for at each end."""
        return (self.client, self._mask(self.up, self.down, now, toxic)), (
            self.server,
            self._mask(self.down, self.up, now, toxic),
        )

    def _mask(self, here: Way, there: Way, now: float, toxic: Toxic) -> int:
        if self.is_over or here.source.fileno() < 0:
            return 0
        if self.is_deaf:
            return 0 if here.has_ended else selectors.EVENT_READ
        if toxic.stalled:
            return 0
        return (selectors.EVENT_READ if here.has_room else 0) | (selectors.EVENT_WRITE if there.is_due(now) else 0)

    def finish(self) -> None:
        """FIN to both; a close at once would be RST where something has not been read."""
        self.is_deaf = self.was_finished = True
        for end in (self.client, self.server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_WR)
        if self.up.has_ended and self.down.has_ended:
            self.drop()

    def reset(self) -> None:
        for end in (self.client, self.server):
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LEAVE_BY_RESET)
        self.drop()

    def drop(self) -> None:
        self.is_over = True
        self.client.close()
        self.server.close()
