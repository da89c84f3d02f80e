"""Hostile clients of `framewire serve`: whatever one of them sends, the next good editor is served, in bounded memory."""

import base64
import json
import os
import resource
import select
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60.0
MIB = 1 << 20
# What the server may hold beyond what it held before, all attacks together: three messages of 4 MiB and some slack.
MOST_GROWTH = 32 * MIB


class Server:
    """A `framewire serve` on a free port; ends with `end`."""

    def __init__(self, program: Path):
        command = [str(program), "serve", "--port", "0", "--json", "--stay", "--handshake-timeout", "3"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        assert self.process.stdout
        self.port = int(json.loads(self.process.stdout.readline())["port"])
        self.said: list[bytes] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line)

    def memory(self) -> int:
        """Resident bytes."""
        fields = Path(f"/proc/{self.process.pid}/statm").read_text().split()
        return int(fields[1]) * resource.getpagesize()

    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/task").iterdir()))

    def end(self) -> None:
        """Ends it, and reads its last words."""
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)


def connect(server: Server) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
    client.settimeout(PATIENCE)
    return client


def request(host: str = "127.0.0.1", more: str = "") -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    return f"{lines}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n{more}\r\n".encode()


def frame(payload: bytes, first: int = 0x81, masked: bool = True, length: int | None = None) -> bytes:
    """One frame of a client; `length` may lie."""
    size = len(payload) if length is None else length
    bit = 0x80 if masked else 0
    head = bytes([first, bit | 127]) + size.to_bytes(8, "big")
    # A mask of zeros leaves the payload as it is.
    return head + (b"\0\0\0\0" if masked else b"") + payload


def upgrade(server: Server) -> socket.socket:
    client = connect(server)
    client.sendall(request())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += client.recv(1)
    assert answer.startswith(b"HTTP/1.1 101"), answer
    return client


HELLO = {"type": "handshake", "godot_version": "4.3", "project_path": "/good", "plugin_version": "1", "protocol_version": 1}


def greet(server: Server, **changed: object) -> socket.socket:
    client = upgrade(server)
    session = f"good@{os.urandom(8).hex()}"
    client.sendall(frame(json.dumps(HELLO | {"session_id": session, "readiness": "ready"} | changed).encode()))
    return client


def is_served(server: Server) -> bool:
    """Whether a good editor is taken now."""
    with greet(server) as client:
        return b"handshake_ack" in client.recv(4096)


def gone(client: socket.socket) -> bytes:
    """What the server still says, until it hangs up."""
    said = b""
    with client:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                part = client.recv(65536)
            except ConnectionError:
                return said
            if not part:
                return said
            said += part
    raise AssertionError("the server does not hang up")


def pour(client: socket.socket, data: bytes, most: int) -> int:
    """Sends `data` again and again until the server hangs up; how many bytes it took. More than `most` is a failure."""
    taken = 0
    while taken < most:
        try:
            taken += client.send(data)
            if select.select([client], [], [], 0)[0] and not client.recv(65536):
                return taken
        except (ConnectionError, TimeoutError):
            return taken
    raise AssertionError(f"the server took {taken} bytes")


def headers_without_end(server: Server) -> None:
    client = connect(server)
    client.sendall(b"GET / HTTP/1.1\r\n")
    pour(client, b"X-More: of the same\r\n" * 100, 16 * MIB)


def a_header_line_without_end(server: Server) -> None:
    client = connect(server)
    client.sendall(b"GET / HTTP/1.1\r\nX-Long: ")
    pour(client, b"x" * 4096, 16 * MIB)


def a_body_for_ever(server: Server) -> None:
    client = connect(server)
    client.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n")
    pour(client, b"x" * 4096, 16 * MIB)


def pages_of_other_sites(server: Server) -> None:
    bad = [
        ("rebound.example", ""),
        ("127.0.0.1.example", ""),
        ("127.0.0.1", "Origin: https://example.com\r\n"),
        ("127.0.0.1", "Origin: null\r\n"),
        ("127.0.0.1", "Origin: http://localhost.example\r\n"),
        ("127.0.0.1", "Sec-Fetch-Site: cross-site\r\n"),
        ("127.0.0.1", "Host: localhost\r\n"),
    ]
    for host, more in bad:
        client = connect(server)
        client.sendall(request(host, more))
        answer = gone(client)
        assert answer.startswith(b"HTTP/1.1 403"), (host, more, answer)


def slow_requests(server: Server) -> None:
    """A hundred clients that never finish: the good one does not wait for them, and their time is bounded."""
    slow = [connect(server) for _ in range(100)]
    for client in slow:
        client.sendall(b"GET / HTTP/1.1\r\nHost: ")
    assert is_served(server)
    for client in slow:
        gone(client)


def slow_handshakes(server: Server) -> None:
    slow = [upgrade(server) for _ in range(100)]
    assert is_served(server)
    for client in slow:
        gone(client)


def lies_about_lengths(server: Server) -> None:
    for length in (4 * MIB + 1, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 1):
        client = upgrade(server)
        client.sendall(frame(b"x" * 100, length=length))
        gone(client)


def broken_frames(server: Server) -> None:
    good = json.dumps(HELLO).encode()
    bad = [frame(good, masked=False), frame(good, first=0xC1), frame(good, first=0x83), frame(b"x" * 126, first=0x89)]
    bad += [frame(b"\xff\xfe"), frame(b"y", first=0x80), frame(b"\0", first=0x88), os.urandom(4096)]
    for data in bad:
        client = upgrade(server)
        client.sendall(data)
        gone(client)


def parts_without_end(server: Server) -> None:
    client = upgrade(server)
    client.sendall(frame(b"", first=0x01))
    pour(client, frame(b"x" * 1000, first=0x00) * 100, 64 * MIB)


def deep_and_wide_hellos(server: Server) -> None:
    hellos = [b"[" * MIB, b'{"a":' * 300_000, b'{"type":"handshake","session_id":"' + b"s" * MIB + b'"}']
    hellos += [b"{" + b",".join(b'"k%d":0' % number for number in range(100_000)) + b"}", b"9" * MIB, b" " * MIB]
    for hello in hellos:
        client = upgrade(server)
        client.sendall(frame(hello))
        gone(client)


def floods_after_the_hello(server: Server) -> None:
    for flood in (frame(b"", first=0x89) * 20_000, frame(b"no json") * 5_000, frame(b'{"type":"x"}') * 5_000):
        client = greet(server)
        try:
            client.sendall(flood)
        except ConnectionError:
            # Hung up on in its middle.
            pass
        assert is_served(server)
        client.close()


def words_for_a_terminal(server: Server) -> None:
    """What an editor calls itself is printed as JSON, in which no terminal sees an escape."""
    for words in ("\x1b]0;owned\x07", "\x1b[2J", "\r\nforged", "\x9b31m"):
        for key in ("project_path", "session_id", "plugin_version"):
            client = greet(server, **{key: f"x{words}"})
            client.recv(4096)
            client.close()


ATTACKS: list[Callable[[Server], None]] = [
    headers_without_end,
    a_header_line_without_end,
    a_body_for_ever,
    pages_of_other_sites,
    slow_requests,
    slow_handshakes,
    lies_about_lengths,
    broken_frames,
    parts_without_end,
    deep_and_wide_hellos,
    floods_after_the_hello,
    words_for_a_terminal,
]


@dataclass
class Figures:
    attacks: int
    failed: list[str]
    growth: int


def attack_all(program: Path) -> Figures:
    """Runs every attack against one server, with a good editor after each."""
    server = Server(program)
    failed = []
    try:
        assert is_served(server), "a server that serves nobody"
        before, threads = server.memory(), server.threads()
        most = before
        for attack in ATTACKS:
            began = time.monotonic()
            try:
                attack(server)
                assert is_served(server), "the next good editor is not served"
                assert server.process.poll() is None, "the server has ended"
                verdict = "held"
            except (AssertionError, OSError) as error:
                failed.append(attack.__name__)
                verdict = f"FAILED: {error!r}"
            most = max(most, server.memory())
            print(f"serve: {attack.__name__}: {verdict}, {time.monotonic() - began:.1f} s, {server.memory() >> 10} KiB")
        deadline = time.monotonic() + PATIENCE
        while server.threads() > threads and time.monotonic() < deadline:
            time.sleep(0.05)
        if server.threads() > threads:
            failed.append(f"{server.threads() - threads} threads are left")
        if most - before > MOST_GROWTH:
            failed.append(f"the server grew by {(most - before) >> 10} KiB")
        server.end()
        if not server.said:
            failed.append("the server has said nothing of its editors")
        if any(byte < 0x20 and byte != 0x0A for line in server.said for byte in line):
            failed.append("control characters are printed")
        return Figures(len(ATTACKS), failed, most - before)
    finally:
        server.end()
