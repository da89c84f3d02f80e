"""A TCP proxy on loopback that misbehaves on demand. Standard library only; one thread a proxy.

    with Proxy(server_port, seed=7) as proxy:      # dial 127.0.0.1:proxy.port instead of the server
        proxy.apply(Toxic(delay_ms=20, jitter_ms=30))   # for what is connected and for whoever connects from now on
        proxy.apply(Toxic(silent=True))                 # another one in its place; Toxic says which there are
        proxy.heal()                                    # harmless again
        proxy.reset()                                   # RST to both ends of each living connection; once
        proxy.finish()                                  # FIN to both ends, without a close frame; once
        proxy.close_twice()                             # two close frames to the client, between two frames; once
        print(proxy.living, proxy.counts)               # what there is, and what was done so far

Every call may come from any thread, and returns before the proxy's thread has obeyed. `apply` and `heal` are heard
before whatever connects afterwards. All chance comes from the seed. Bytes pass in order; none is changed.

From another folder: put this one into `sys.path`; nothing is taken from it but `proxy` and the package `proxying`.
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

from proxying.connection import Connection
from proxying.toxic import HARMLESS, Counts, Toxic

__all__ = ["HARMLESS", "Counts", "Proxy", "Toxic"]


class Proxy:
    """Listens on a loopback port of its own, `port`, until `stop`, and passes on to the loopback port `target`."""

    def __init__(self, target: int, seed: int = 0) -> None:
        self.target = target
        self.toxic = HARMLESS
        self.counts = Counts()
        self._chance = random.Random(seed)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._listener.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        self._connections: list[Connection] = []
        self._orders: deque[Callable[[], None]] = deque()
        self._waker, self._woken = socket.socketpair()
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
        return sum(not connection.up.has_ended for connection in list(self._connections))

    def apply(self, toxic: Toxic) -> None:
        self._order(lambda: self._apply(toxic))

    def heal(self) -> None:
        self.apply(HARMLESS)

    def reset(self) -> None:
        self._order(lambda: self._each("resets", Connection.reset))

    def finish(self) -> None:
        self._order(lambda: self._each("finishes", Connection.finish))

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
        for connection in self._connections:
            connection.hear(toxic)

    def _each(self, count: str, do: Callable[[Connection], None]) -> None:
        whole = [connection for connection in self._connections if not connection.is_deaf]
        setattr(self.counts, count, getattr(self.counts, count) + len(whole))
        for connection in whole:
            do(connection)

    def _run(self) -> None:
        now = time.monotonic()
        while not self._is_stopping:
            chosen = self._selector.select(self._until_due(now))
            # Those that can be written to are tried below either way.
            readable = {key.fileobj for key, events in chosen if events & selectors.EVENT_READ}
            if self._woken in readable:
                self._woken.recv(4096)
            while self._orders:
                self._orders.popleft()()
            if self._listener in readable:
                self._accept()
            # The same time for what is due now and for the next time-out, or something might fall between them.
            now = time.monotonic()
            for connection in self._connections:
                if not connection.is_over:
                    connection.serve(readable, now, self.toxic, self.counts)
                for end, mask in connection.masks(now, self.toxic):
                    self._watch(end, mask)
            self._connections = [connection for connection in self._connections if not connection.is_over]
        for connection in self._connections:
            connection.drop()
        for held in (self._selector, self._listener, self._waker, self._woken):
            held.close()

    def _until_due(self, now: float) -> float | None:
        """How long nothing becomes due. What is due already waits for its sink."""
        if self.toxic.stalled:
            return None
        ways = [way for connection in self._connections if not connection.is_deaf for way in connection.ways]
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
                self.counts.connections += 1
                self._connections.append(Connection(client, server, self._chance, self.toxic))

    def _watch(self, end: socket.socket, mask: int) -> None:
        before = self._masks.pop(end, 0)
        if mask:
            self._masks[end] = mask
        if before and not mask:
            # Also one that is closed by now; before its number can be used again, for older connections come first.
            self._selector.unregister(end)
        elif mask and not before:
            self._selector.register(end, mask)
        elif mask != before:
            self._selector.modify(end, mask)
