"""A WebSocket peer for the storm: it asks, tells, answers half of what it is asked, and leaves at times."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import random
import socket
import struct
import threading

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
# What is sent in one turn, and how long a turn waits for the other side.
ASKED_A_TURN = 3
TURN_SECONDS = 0.005
# One turn in so many ends the connection.
TURNS_A_LIFE = 150


def frame(kind: int, payload: bytes) -> bytes:
    size = len(payload)
    head = bytes([0x80 | kind])
    if size < 126:
        return head + bytes([size]) + payload
    if size < 1 << 16:
        return head + b"\x7e" + struct.pack(">H", size) + payload
    return head + b"\x7f" + struct.pack(">Q", size) + payload


def take_frame(buffer: bytearray) -> tuple[int, bytes] | None:
    """The first whole frame of a client, taken out of `buffer`."""
    if len(buffer) < 2:
        return None
    size, at = buffer[1] & 0x7F, 2
    if size >= 126:
        width = 2 if size == 126 else 8
        size, at = int.from_bytes(buffer[2 : 2 + width], "big"), 2 + width
    if len(buffer) < at + 4 + size:
        return None
    mask, masked = buffer[at : at + 4], buffer[at + 4 : at + 4 + size]
    key = int.from_bytes((bytes(mask) * (size // 4 + 1))[:size], "big")
    kind, payload = buffer[0] & 0x0F, (int.from_bytes(masked, "big") ^ key).to_bytes(size, "big")
    del buffer[: at + 4 + size]
    return kind, payload


class Connection:
    def __init__(self, stream: socket.socket, seed: int):
        self.stream = stream
        self.chance = random.Random(seed)
        self.buffer = bytearray()
        self.asked = 0

    def run(self) -> None:
        with self.stream, contextlib.suppress(OSError, ValueError):
            self.upgrade()
            while self.turn():
                pass

    def upgrade(self) -> None:
        self.stream.settimeout(5)
        while b"\r\n\r\n" not in self.buffer:
            read = self.stream.recv(4096)
            if not read:
                raise OSError("gone")
            self.buffer += read
        head, _, rest = bytes(self.buffer).partition(b"\r\n\r\n")
        fields = head.split(b"\r\n")
        key = next(it.partition(b":")[2].strip() for it in fields if it.lower().startswith(b"sec-websocket-key"))
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
        answer = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        self.stream.sendall(answer + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        self.buffer = bytearray(rest)

    def turn(self) -> bool:
        for _ in range(self.chance.randrange(ASKED_A_TURN + 1)):
            self.ask()
        if self.chance.randrange(TURNS_A_LIFE) == 0:
            if self.chance.random() < 0.5:
                self.stream.sendall(frame(CLOSE, struct.pack(">H", 1001)))
            return False
        self.stream.settimeout(TURN_SECONDS)
        try:
            read = self.stream.recv(1 << 16)
        except TimeoutError:
            return True
        self.buffer += read
        self.stream.settimeout(5)
        while found := take_frame(self.buffer):
            if not self.hear(*found):
                return False
        return bool(read)

    def ask(self) -> None:
        self.asked += 1
        message: dict[str, object] = {"jsonrpc": "2.0", "method": "do", "params": {"pad": "x" * self.chance.randrange(2000)}}
        if self.chance.random() < 0.8:
            message["id"] = self.asked
        self.stream.sendall(frame(TEXT, json.dumps(message).encode()))

    def hear(self, kind: int, payload: bytes) -> bool:
        if kind == CLOSE:
            self.stream.sendall(frame(CLOSE, payload[:2]))
            return False
        if kind == PING:
            self.stream.sendall(frame(PONG, payload))
        if kind == TEXT and payload.startswith(b"{") and self.chance.random() < 0.5:
            asked = json.loads(payload)
            if "method" in asked and "id" in asked:
                answer = {"jsonrpc": "2.0", "id": asked["id"], "result": {"done": True}}
                self.stream.sendall(frame(TEXT, json.dumps(answer).encode()))
        return True


class Peer:
    """Listens on a loopback port until it is stopped."""

    def __init__(self, seed: int):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"ws://127.0.0.1:{self.listener.getsockname()[1]}/"
        self.seed = seed
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self.seed += 1
                connection = Connection(self.listener.accept()[0], self.seed)
                threading.Thread(target=connection.run, daemon=True).start()

    def stop(self) -> None:
        self.listener.close()
