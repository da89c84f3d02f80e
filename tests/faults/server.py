"""A tool server of any dialect, and its log: what it asked, what it was told, on which connection.

The protocol is that of the `websockets` library without its I/O. Each connection has a thread that reads and one
that writes, so that an editor that does not read blocks nobody. What was given to the writer counts as sent.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from dialects import Answer, Dialect, written

LARGEST = 1 << 26


@dataclass
class Command:
    key: str
    connection: int
    # The connection of each answer, and the answer.
    answers: list[tuple[int, Answer]] = field(default_factory=list)


@dataclass
class Log:
    """What the server knows. Connections are numbered from 1 in the order in which they were accepted."""

    commands: dict[str, Command] = field(default_factory=dict)
    # Answers with an id that was never used.
    unknown: list[tuple[int, Answer]] = field(default_factory=list)
    # Keys of events, notifications and texts of the editor, in the order of their arrival, by connection.
    news: dict[int, list[str]] = field(default_factory=dict)
    # What was said to the editor without wanting an answer, in order, by connection.
    told: dict[int, list[str]] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    opened: list[int] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    # Connections that were open, and how they ended: the editor's close code, 0 without a close frame.
    ended: dict[int, int] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)


class Server:
    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.log = Log()
        self.by_wire_id: dict[str, Command] = {}
        self.peers: list[Peer] = []
        self._count = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name="accept", daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                accepted, _ = self._listener.accept()
            except OSError:
                return
            self.peers.append(Peer(self, len(self.peers) + 1, accepted))

    @property
    def current(self) -> Peer | None:
        """The newest connection whose greeting is over, if it lives."""
        for peer in reversed(self.peers):
            if peer.is_acknowledged:
                return None if peer.has_ended else peer
        return None

    def ask(self, peer: Peer, key: str, **params: Any) -> None:
        """Sends a command."""
        self._count += 1
        wire_id, message = self.dialect.command(self._count, {"key": key, **params})
        self.log.commands[key] = self.by_wire_id[wire_id] = Command(key, peer.number)
        peer.send(message)

    def tell(self, peer: Peer, key: str, **params: Any) -> None:
        """Sends news, where the dialect has them."""
        message = self.dialect.news({"key": key, **params})
        assert message is not None, "this dialect has no news"
        self.log.told.setdefault(peer.number, []).append(key)
        peer.send(message)

    def open_commands(self) -> list[Command]:
        """Those that may still be answered."""
        ended = self.log.ended
        return [c for c in list(self.log.commands.values()) if not c.answers and c.connection not in ended]

    def stop(self) -> None:
        # A thread in accept holds a closed listener open.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for peer in self.peers:
            peer.abort()
        for peer in self.peers:
            peer.join()


class Peer:
    """One connection of an editor."""

    def __init__(self, server: Server, number: int, accepted: socket.socket) -> None:
        self.server = server
        self.number = number
        self.is_acknowledged = False
        self.has_ended = False
        # What the dialect must know until its greeting is over.
        self.memory: Any = None
        self._socket = accepted
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._protocol = ServerProtocol(max_size=LARGEST)
        self._lock = threading.RLock()
        self._outgoing: deque[bytes] = deque()
        self._pieces: list[bytes] = []
        self._something = threading.Event()
        self._close_code = 0
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._write)]
        for thread in self._threads:
            thread.start()

    # What the dialect tells

    def acknowledge(self) -> None:
        self.is_acknowledged = True
        self.server.log.acknowledged.append(self.number)

    def answered(self, answer: Answer) -> None:
        command = self.server.by_wire_id.get(answer.wire_id)
        if command is None:
            self.server.log.unknown.append((self.number, answer))
        else:
            command.answers.append((self.number, answer))

    def news(self, key: str) -> None:
        self.server.log.news.setdefault(self.number, []).append(key)

    def called(self, key: str) -> None:
        self.server.log.calls[key] = self.server.log.calls.get(key, 0) + 1

    def send(self, message: dict[str, Any]) -> None:
        with self._lock:
            if self._protocol.state is State.OPEN:
                self._protocol.send_text(written(message))
                self._queue()

    # The socket

    def abort(self) -> None:
        self.has_ended = True
        self._something.set()
        self._shut()

    def _shut(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def join(self) -> None:
        for thread in self._threads:
            thread.join(10)
        self._socket.close()

    def _queue(self) -> None:
        self._outgoing.extend(self._protocol.data_to_send())
        self._something.set()

    def _write(self) -> None:
        while not (self.has_ended and not self._outgoing):
            self._something.wait()
            self._something.clear()
            try:
                while self._outgoing:
                    data = self._outgoing.popleft()
                    # The protocol's word for the end of what it has to say is no bytes.
                    if data:
                        self._socket.sendall(data)
                    else:
                        self._socket.shutdown(socket.SHUT_WR)
            except OSError:
                # Reading tells.
                self._outgoing.clear()
        self._shut()

    def _read(self) -> None:
        try:
            while data := self._socket.recv(1 << 18):
                with self._lock:
                    self._protocol.receive_data(data)
                    for event in self._protocol.events_received():
                        self._take(event)
                    self._queue()
        except ConnectionError:
            pass
        except Exception as error:  # noqa: BLE001: whatever an editor says wrongly must reach the verdict
            self.server.log.complaints.append(f"connection {self.number}: {error!r}")
        if self.number in self.server.log.opened:
            self.server.log.ended[self.number] = self._close_code
        # The writer says the rest, such as the reply to a close, and shuts the socket.
        self.has_ended = True
        self._something.set()

    def _take(self, event: Request | Frame) -> None:
        if isinstance(event, Request):
            self._protocol.send_response(self._protocol.accept(event))
            self.server.log.opened.append(self.number)
            self.server.dialect.opened(self)
        elif event.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            self._pieces.append(bytes(event.data))
            if event.fin:
                whole = b"".join(self._pieces)
                self._pieces.clear()
                self.server.dialect.take(self, json.loads(whole))
        elif event.opcode is Opcode.CLOSE:
            self._close_code = int.from_bytes(event.data[:2], "big") if event.data else 1005


def until(condition: Any, seconds: float) -> bool:
    """Whether `condition` came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.002)
    return True
