"""A TCP relay before a server that counts dials and the size of each WebSocket message of the editor.

It changes nothing: bytes pass as they come. It is the test's independent eye on the wire.
"""

from __future__ import annotations

import contextlib
import socket
import threading


class Relay:
    """Listens on a loopback port of its own and passes every connection on to `target` (a port)."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.dials = 0
        # Payload bytes of each whole text or binary message from editor to server, in order.
        self.message_sizes: list[int] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, name="relay", daemon=True).start()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        for held in self._sockets:
            with contextlib.suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)
            held.close()

    def _accept(self) -> None:
        while True:
            try:
                editor, _ = self._listener.accept()
            except OSError:
                return
            self.dials += 1
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                editor.close()
                continue
            self._sockets += [editor, server]
            counter = MessageCounter(self.message_sizes)
            threading.Thread(target=self._pass, args=(editor, server, counter.take), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, editor, lambda _: None), daemon=True).start()

    @staticmethod
    def _pass(source: socket.socket, sink: socket.socket, look) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                look(data)
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class MessageCounter:
    """Reads the frame headers (RFC 6455, section 5.2) in a byte stream after the HTTP head."""

    def __init__(self, sizes: list[int]) -> None:
        self._sizes = sizes
        self._head_seen = False
        self._buffer = bytearray()
        self._skip = 0
        self._message = 0

    def take(self, data: bytes) -> None:
        self._buffer += data
        if not self._head_seen:
            head, separator, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not separator:
                return
            self._head_seen, self._buffer = True, bytearray(rest)
        while self._step():
            pass

    def _step(self) -> bool:
        if self._skip:
            passed = min(self._skip, len(self._buffer))
            del self._buffer[:passed]
            self._skip -= passed
            return self._skip == 0
        if len(self._buffer) < 2:
            return False
        final, opcode = self._buffer[0] & 0x80, self._buffer[0] & 0x0F
        masked, length = self._buffer[1] & 0x80, self._buffer[1] & 0x7F
        extra = {126: 2, 127: 8}.get(length, 0)
        header = 2 + extra + (4 if masked else 0)
        if len(self._buffer) < header:
            return False
        if extra:
            length = int.from_bytes(self._buffer[2 : 2 + extra], "big")
        del self._buffer[:header]
        self._skip = length
        if opcode <= 2:
            self._message += length
            if final:
                self._sizes.append(self._message)
                self._message = 0
        return True
