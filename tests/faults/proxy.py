"""A TCP proxy on loopback that misbehaves on demand. Standard library only; one thread a proxy.

    with Proxy(server_port, seed=7) as proxy:      # dial 127.0.0.1:proxy.port instead of the server
        proxy.apply(Toxic(delay_ms=20, jitter_ms=30))   # for what is connected and for whoever connects from now on
        proxy.apply(Toxic(silent=True))                 # another one in its place
        proxy.heal()                                    # harmless again
        proxy.reset()                                   # RST to both ends of each living connection; once
        proxy.finish()                                  # FIN to both ends, without a close frame; once
        proxy.close_twice()                             # two close frames to the client, between two frames; once
        print(proxy.counts)                             # what it has done so far

Every call may come from any thread, and returns before the proxy's thread has obeyed. `apply` and `heal` are heard
before whatever connects afterwards. All chance comes from the seed. Bytes pass in order; none is changed.
"""

from __future__ import annotations

import contextlib
import random
import selectors
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from way import PIECE, Way


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


class Connection:
    """A client, the server, and what is on its way between them."""

    def __init__(self, client: socket.socket, server: socket.socket, chance: random.Random) -> None:
        self.client = client
        self.server = server
        self.up = Way(client, server, chance, to_client=False)
        self.down = Way(server, client, chance, to_client=True)
        self.allowance: int | None = None
        # What comes is swallowed: the connection is half open, or both ends were told that it is over.
        self.is_deaf = False
        self.was_finished = False

    @property
    def ways(self) -> tuple[Way, Way]:
        return (self.up, self.down)


class Proxy:
    """Listens on a loopback port of its own, `port`, until `stop`."""

    def __init__(self, target: int, seed: int = 0) -> None:
        self.target = target
        self.toxic = HARMLESS
        self.counts = Counts()
        self._chance = random.Random(seed)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._listener.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        self._living: list[Connection] = []
        self._orders: deque[Callable[[], None]] = deque()
        self._waker, self._woken = socket.socketpair()
        self._woken.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._masks: dict[socket.socket, int] = {}
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name=f"proxy-{self.port}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def living(self) -> int:
        """Connections whose client is there."""
        return sum(not connection.up.has_ended for connection in self._living)

    def apply(self, toxic: Toxic) -> None:
        self._order(lambda: self._apply(toxic))

    def heal(self) -> None:
        self.apply(HARMLESS)

    def reset(self) -> None:
        self._order(lambda: self._each("resets", self._reset))

    def finish(self) -> None:
        self._order(lambda: self._each("finishes", self._finish))

    def close_twice(self, code: int = 1000) -> None:
        frame = b"\x88\x02" + struct.pack(">H", code)
        self._order(lambda: self._each("double_closes", lambda connection: connection.down.end_with(frame * 2)))

    def stop(self) -> None:
        """Ends every connection, and the thread."""
        if self._thread.is_alive():
            self._is_stopping = True
            self._order(lambda: None)
            self._thread.join(10)

    # From here on: the proxy's own thread, but for `_order`.

    def _order(self, order: Callable[[], None]) -> None:
        self._orders.append(order)
        with contextlib.suppress(OSError):
            self._waker.send(b".")

    def _apply(self, toxic: Toxic) -> None:
        self.toxic = toxic
        for connection in list(self._living):
            connection.allowance = toxic.cut_after
            if toxic.silent:
                connection.is_deaf = True
            elif connection.is_deaf:
                self._finish(connection)

    def _each(self, count: str, do: Callable[[Connection], None]) -> None:
        whole = [connection for connection in self._living if not connection.is_deaf]
        setattr(self.counts, count, getattr(self.counts, count) + len(whole))
        for connection in whole:
            do(connection)

    def _run(self) -> None:
        now = time.monotonic()
        while not self._is_stopping:
            chosen = self._selector.select(self._until_due(now))
            # Those that can be written to are tried below either way.
            ready = {key.fileobj for key, events in chosen if events & selectors.EVENT_READ}
            if self._woken in ready:
                self._woken.recv(4096)
            while self._orders:
                self._orders.popleft()()
            if self._listener in ready:
                self._accept()
            # The same time for what is due now and for the next time-out, or something might fall between them.
            now = time.monotonic()
            for connection in list(self._living):
                self._serve(connection, ready, now)
        for connection in list(self._living):
            self._drop(connection)
        for held in (self._listener, self._waker, self._woken):
            held.close()
        self._selector.close()

    def _until_due(self, now: float) -> float | None:
        """How long nothing becomes due. What is due already waits for its sink."""
        if self.toxic.stalled:
            return None
        ways = [way for connection in self._living if not connection.is_deaf for way in connection.ways]
        times = [due for way in ways if (due := way.due_at()) is not None and due > now]
        return min(times) - now if times else None

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection(("127.0.0.1", self.target), timeout=10)
                except OSError:
                    client.close()
                    continue
                for end in (client, server):
                    end.setblocking(False)
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection = Connection(client, server, self._chance)
                connection.allowance = self.toxic.cut_after
                connection.is_deaf = self.toxic.silent
                self.counts.connections += 1
                self._living.append(connection)

    def _serve(self, connection: Connection, ready: set[object], now: float) -> None:
        try:
            if connection.is_deaf:
                self._swallow(connection, ready)
            elif not self.toxic.stalled:
                self._pass(connection, ready, now)
        except BlockingIOError:
            pass
        except OSError:
            self._broken(connection)
        if connection.up.has_told_end and connection.down.has_told_end:
            self._drop(connection)
        if connection in self._living:
            self._watch(connection, now)

    def _pass(self, connection: Connection, ready: set[object], now: float) -> None:
        for way in connection.ways:
            if way.source in ready and way.has_room:
                way.read(now, self.toxic)
            sent = way.write(now, self.toxic.rate, connection.allowance)
            if way is connection.up:
                self.counts.up += sent
            else:
                self.counts.down += sent
            if connection.allowance is not None:
                connection.allowance -= sent
                if connection.allowance <= 0:
                    self.counts.cut += 1
                    self._finish(connection)
                    return

    def _swallow(self, connection: Connection, ready: set[object]) -> None:
        for way in connection.ways:
            if way.source in ready and not way.has_ended:
                data = way.source.recv(PIECE)
                self.counts.swallowed += len(data)
                way.has_ended = not data
        if connection.up.has_ended and not connection.was_finished:
            self._forget_client(connection)
        if connection.up.has_ended and connection.down.has_ended:
            self._drop(connection)

    def _broken(self, connection: Connection) -> None:
        """One end is gone by force; so is the other one then, unless nothing is to pass."""
        if not connection.is_deaf:
            self._reset(connection)
        elif connection.was_finished or connection.up.has_ended:
            self._drop(connection)
        else:
            self._forget_client(connection)

    def _forget_client(self, connection: Connection) -> None:
        """The client of a half-open connection is gone; the server is not to know yet."""
        connection.up.has_ended = True
        self._mask(connection.client, 0)
        connection.client.close()

    def _finish(self, connection: Connection) -> None:
        """FIN to both; a close at once would be RST where something has not been read."""
        connection.is_deaf = connection.was_finished = True
        for end in (connection.client, connection.server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_WR)
        if connection.up.has_ended and connection.down.has_ended:
            self._drop(connection)

    def _reset(self, connection: Connection) -> None:
        for end in (connection.client, connection.server):
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        for end in (connection.client, connection.server):
            self._mask(end, 0)
            end.close()
        if connection in self._living:
            self._living.remove(connection)

    def _watch(self, connection: Connection, now: float) -> None:
        is_deaf = connection.is_deaf
        for here, there in (connection.ways, connection.ways[::-1]):
            if here.source.fileno() < 0:
                continue
            mask = 0
            if is_deaf:
                mask = 0 if here.has_ended else selectors.EVENT_READ
            elif not self.toxic.stalled:
                mask = selectors.EVENT_READ if here.has_room else 0
                mask |= selectors.EVENT_WRITE if there.is_due(now) else 0
            self._mask(here.source, mask)

    def _mask(self, end: socket.socket, mask: int) -> None:
        before = self._masks.pop(end, 0)
        if mask:
            self._masks[end] = mask
        if before and not mask:
            self._selector.unregister(end)
        elif mask and not before:
            self._selector.register(end, mask)
        elif mask != before:
            self._selector.modify(end, mask)
