"""A scripted peer: a listening socket whose connections do what a test tells them, step by step.

The protocol is that of the `websockets` library, without its I/O, so that a test can also leave the protocol: stay
mute, reset the connection, send any bytes. Nothing runs beside the test: a connection reads when the test reads.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

USUAL_SECONDS = 30.0
LARGEST = 1 << 28


class Peer:
    """Listens on a loopback port of its own."""

    def __init__(self, backlog: int = 64) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=backlog)
        self.port = self.listener.getsockname()[1]
        self.url = f"ws://127.0.0.1:{self.port}/ws"
        self.connections: list[Connection] = []

    def accept_mute(self, seconds: float = USUAL_SECONDS) -> Connection:
        """Takes a connection and says nothing."""
        self.listener.settimeout(seconds)
        connection = Connection(self.listener.accept()[0])
        self.connections.append(connection)
        return connection

    def accept(self, seconds: float = USUAL_SECONDS) -> Connection:
        """Takes a connection and upgrades it."""
        connection = self.accept_mute(seconds)
        connection.upgrade()
        return connection

    def close(self) -> None:
        self.listener.close()
        for connection in self.connections:
            connection.socket.close()


class Connection:
    """One connection. Pings are answered when the test reads, unless it says otherwise."""

    def __init__(self, accepted: socket.socket) -> None:
        self.socket = accepted
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.protocol = ServerProtocol(max_size=LARGEST)
        self.request: Request | None = None
        self.inbox: list[bytes] = []
        self.pings = 0
        self.pongs: list[bytes] = []
        self.close_code: int | None = None
        self.ended = False
        self.answers_close = True
        self.fragments: list[bytes] = []

    def upgrade(self) -> None:
        while self.request is None:
            self.read()
        self.protocol.send_response(self.protocol.accept(self.request))
        self.flush()

    # Reading

    def read(self, seconds: float = USUAL_SECONDS) -> bool:
        """Reads once; false if nothing came in time."""
        self.socket.settimeout(seconds)
        try:
            data = self.socket.recv(1 << 20)
        except TimeoutError:
            return False
        except ConnectionError:
            data = b""
        if not data:
            self.ended = True
            return False
        self.protocol.receive_data(data)
        for event in self.protocol.events_received():
            self.take(event)
        if self.answers_close or self.protocol.state is State.OPEN:
            self.flush()
        return True

    def take(self, event: Request | Frame) -> None:
        if isinstance(event, Request):
            self.request = event
        elif event.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            self.fragments.append(bytes(event.data))
            if event.fin:
                self.inbox.append(b"".join(self.fragments))
                self.fragments.clear()
        elif event.opcode is Opcode.PING:
            self.pings += 1
        elif event.opcode is Opcode.PONG:
            self.pongs.append(bytes(event.data))
        elif event.opcode is Opcode.CLOSE:
            self.close_code = int.from_bytes(event.data[:2], "big") if event.data else 1005

    def until(self, condition: Callable[[], object], what: str, seconds: float = USUAL_SECONDS):
        deadline = time.monotonic() + seconds
        while not (value := condition()):
            if self.ended or time.monotonic() > deadline:
                raise AssertionError(f"the peer waited in vain for {what}; it has {self.inbox[:10]}")
            self.read(0.05)
        return value

    def message(self, seconds: float = USUAL_SECONDS) -> bytes:
        """The next message, as it came."""
        self.until(lambda: self.inbox, "a message", seconds)
        return self.inbox.pop(0)

    def receive(self, seconds: float = USUAL_SECONDS) -> dict:
        """The next message."""
        return json.loads(self.message(seconds))

    def serve(self, seconds: float) -> None:
        """Reads for a while, whatever comes."""
        deadline = time.monotonic() + seconds
        while not self.ended and (left := deadline - time.monotonic()) > 0:
            self.read(left)

    def drain(self, seconds: float = USUAL_SECONDS) -> None:
        """Reads until the other side ends the connection."""
        deadline = time.monotonic() + seconds
        while not self.ended:
            assert time.monotonic() < deadline, "the other side does not end the connection"
            self.read(0.05)

    # Writing

    def flush(self) -> None:
        self.socket.settimeout(USUAL_SECONDS)
        for data in self.protocol.data_to_send():
            try:
                self.socket.sendall(data) if data else self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                # The other side was faster; reading will tell.
                return

    def text(self, message: bytes | str) -> None:
        self.protocol.send_text(message.encode() if isinstance(message, str) else message)
        self.flush()

    def binary(self, message: bytes) -> None:
        self.protocol.send_binary(message)
        self.flush()

    def json(self, **message: object) -> None:
        self.text(json.dumps({"jsonrpc": "2.0", **message}))

    def result(self, call: dict, result: object) -> None:
        self.json(id=call["id"], result=result)

    def ping(self, payload: bytes) -> None:
        self.protocol.send_ping(payload)
        self.flush()

    def send_close(self, code: int = 1000, reason: str = "") -> None:
        self.protocol.send_close(code, reason)
        self.flush()

    def raw(self, data: bytes) -> None:
        """Bytes as they are."""
        self.socket.settimeout(USUAL_SECONDS)
        self.socket.sendall(data)

    # Ends

    def finish(self) -> None:
        """FIN without a close frame."""
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()
        self.ended = True


def text_frame(payload: bytes) -> bytes:
    """A text frame of a server, as it is on the wire."""
    return Frame(Opcode.TEXT, payload).serialize(mask=False)
