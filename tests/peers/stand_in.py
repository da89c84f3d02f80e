"""An editor in plain Python whose socket lives on the main thread, as editors' plugins do it today.

It takes the part of editor_host's command line, command words and JSON lines that the tests need. It has two uses:
the control client of the silence test (while its main thread is blocked nobody answers the server's pings), and a
check of the tests themselves against the servers without the library:

    FRAMEWIRE_EDITOR_HOST=tests/peers/stand_in.py python tests/peers/run.py -m "not library"
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import hmac
import json
import os
import secrets
import sys
import time

import websockets

import script

MESSAGE_LIMIT = 4 * 1024 * 1024
REDIAL_SECONDS = 0.5


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--profile", choices=["godot_ai"], default="godot_ai")
    parser.add_argument("--protocol", type=int, choices=[0, 1, 2], default=0)
    parser.add_argument("--token", default=os.environ.get("GODOT_AI_WS_TOKEN", ""))
    parser.add_argument("--session-id", default=f"stand-in@{secrets.token_hex(8)}")
    parser.add_argument("--project", default="/tmp/stand-in/")
    parser.add_argument("--godot-version", default="4.7.1-stable (official)")
    parser.add_argument("--script")
    parser.add_argument("--verbose", action="store_true", help="accepted for editor_host's sake: it is always so")
    return parser.parse_args()


def emit(event: str, **fields: object) -> None:
    print(json.dumps({"event": event, **fields}), flush=True)


class Refused(Exception):
    """The handshake failed; the reason is a name of the library's."""

    def __init__(self, reason: str, code: int) -> None:
        super().__init__(reason)
        self.reason, self.code = reason, code


class Editor:
    """One editor: a connection at a time, dialed again when it ends."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.rules = script.load(options.script) if options.script else {}
        self.protocol = options.protocol or (2 if options.token else 1)
        self.session_id = options.session_id
        self.readiness = "ready"
        self.generation = self.requests = self.attempt = 0
        self.socket: websockets.ClientConnection | None = None
        self.redial = asyncio.Event()

    async def run(self) -> None:
        words = asyncio.create_task(self.read_words())
        link = asyncio.create_task(self.keep_connected())
        await asyncio.wait({words, link}, return_when=asyncio.FIRST_COMPLETED)
        link.cancel()

    async def keep_connected(self) -> None:
        while True:
            self.attempt += 1
            delay = REDIAL_SECONDS
            try:
                await self.connection()
                self.attempt = 0
            except Refused as refusal:
                delay = 60.0
                self.failed(refusal.reason, refusal.code, delay)
            except (OSError, websockets.InvalidHandshake):
                self.failed("REFUSED", 0, delay)
            self.redial.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.redial.wait(), delay)

    def failed(self, reason: str, code: int, delay: float) -> None:
        emit(
            "connect_failed",
            reason=reason,
            code=code,
            detail="see the capability",
            attempt=self.attempt,
            delay_ms=int(delay * 1000),
        )

    async def connection(self) -> None:
        connect = websockets.connect(self.options.url, max_size=None, ping_interval=None, compression=None, proxy=None)
        async with connect as socket:
            self.generation += 1
            emit("opened", generation=self.generation)
            try:
                await (self.challenge(socket) if self.protocol == 2 else self.hello(socket))
                first = json.loads(await socket.recv())
            except websockets.ConnectionClosed as closed:
                raise Refused(*self.verdict(closed.rcvd.code if closed.rcvd else 1006)) from closed
            emit("acknowledged", name=first.get("server_version", ""))
            self.socket = socket
            try:
                async for text in socket:
                    await self.take(json.loads(text))
            except websockets.ConnectionClosed:
                pass
            finally:
                self.socket = None
            emit("closed", code=socket.close_code, reason="", clean=socket.close_code == 1000)

    @staticmethod
    def verdict(code: int) -> tuple[str, int]:
        return {4001: "SESSION_TAKEN", 4003: "AUTHENTICATION"}.get(code, "PROTOCOL_MISMATCH"), code

    def about(self) -> dict[str, object]:
        """The fields that both handshakes carry, in the order in which the proof takes them."""
        return {
            "session_id": self.session_id,
            "godot_version": self.options.godot_version,
            "project_path": self.options.project,
            "plugin_version": "4.3.0",
            "readiness": self.readiness,
            "editor_pid": os.getpid(),
            "server_launch_mode": "unknown",
        }

    async def hello(self, socket: websockets.ClientConnection) -> None:
        await socket.send(json.dumps({"type": "handshake", "protocol_version": 1, **self.about()}))

    async def challenge(self, socket: websockets.ClientConnection) -> None:
        nonce = secrets.token_hex(32)
        await socket.send(json.dumps({"type": "auth_hello", "protocol_version": 2, "client_nonce": nonce}))
        theirs = json.loads(await socket.recv())
        shared = (2, nonce, theirs["server_nonce"], theirs["server_version"])
        if not hmac.compare_digest(theirs["server_proof"], self.proof("server", *shared)):
            raise Refused("AUTHENTICATION", 4003)
        about = self.about()
        answer = {"type": "auth_response", "protocol_version": 2, "client_nonce": nonce}
        answer |= {"server_nonce": theirs["server_nonce"], **about}
        answer["client_proof"] = self.proof("client", *shared, *about.values())
        await socket.send(json.dumps(answer))

    def proof(self, side: str, *values: object) -> str:
        message = f"godot-ai-ws-v2/{side}-proof".encode()
        for value in values:
            data = str(value).encode()
            message += b"\n%d:%s" % (len(data), data)
        return hmac.new(self.options.token.encode(), message, hashlib.sha256).hexdigest()

    async def take(self, message: dict) -> None:
        if "request_id" not in message:
            return
        self.requests += 1
        number, name = self.requests, message["command"]
        emit("request", name=name, id=number)
        rule = self.rules.get(name) or self.rules.get("*") or script.UNKNOWN
        if rule.kind == "silent":
            return
        if rule.kind == "defer":
            asyncio.get_running_loop().call_later(
                rule.milliseconds / 1000, lambda: asyncio.ensure_future(self.answer(number, message, rule))
            )
            return
        if rule.kind == "sleep":
            time.sleep(rule.milliseconds / 1000)
        await self.answer(number, message, rule)

    async def answer(self, number: int, message: dict, rule: script.Rule) -> None:
        envelope = {"request_id": message["request_id"], "readiness": self.readiness}
        if rule.kind == "fail":
            envelope |= {"status": "error", "error": {"code": rule.code, "message": rule.text}}
        else:
            envelope |= {"status": "ok", "data": rule.data(message["params"])}
        text, status = json.dumps(envelope, separators=(",", ":")), "OK"
        if len(text) > MESSAGE_LIMIT:
            error = {"code": "INTERNAL_ERROR", "message": "too large: lower max_resolution or set include_image=false"}
            del envelope["data"]
            text, status = json.dumps(envelope | {"status": "error", "error": error}), "REPLACED"
        if self.socket:
            await self.socket.send(text)
        emit("responded", id=number, status=status)

    async def notify(self, name: str, data: dict) -> None:
        if self.socket:
            await self.socket.send(json.dumps({"type": "event", "event": name, "data": data}))

    async def read_words(self) -> None:
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := (await reader.readline()).decode():
            word, _, rest = line.strip().partition(" ")
            if word in ("quit", "close"):
                return
            if word == "stall":
                time.sleep(int(rest) / 1000)
            elif word == "readiness":
                self.readiness = rest
                await self.notify("readiness_changed", {"readiness": rest})
            elif word == "notify":
                name, _, data = rest.partition(" ")
                await self.notify(name, json.loads(data))
            elif word == "state":
                emit("state", session_id=self.session_id, generation=self.generation)
            elif word == "connect":
                self.redial.set()


if __name__ == "__main__":
    asyncio.run(Editor(arguments()).run())
