"""How a server of each profile greets, commands and understands an editor; plain JSON, nothing of the library."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from server import Peer

TOKEN = "0123456789abcdef" * 4


@dataclass(frozen=True)
class Answer:
    """An editor's answer to a command, whatever the dialect. `key` is what the editor itself put into it."""

    wire_id: str
    ok: bool
    key: str | None
    # The code of an error.
    code: str = ""


class Dialect:
    """Talks to one connection. `take` is given every message of the editor."""

    # What the library is told: the name of its profile, and more of its configuration.
    profile = ""
    options: dict[str, Any] = {}
    # The code of an error answer that says: not run, the editor is busy.
    busy = ""

    def opened(self, peer: Peer) -> None:
        """The WebSocket is open."""

    def take(self, peer: Peer, message: dict[str, Any]) -> None:
        raise NotImplementedError

    def command(self, number: int, params: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The id on the wire, and the message."""
        raise NotImplementedError

    def news(self, params: dict[str, Any]) -> dict[str, Any] | None:
        """A message that wants no answer, where the dialect has one."""
        return None


class Raw(Dialect):
    """Texts and binary messages that are a JSON object with `key` first, then anything."""

    profile = "RAW"

    def opened(self, peer: Peer) -> None:
        peer.acknowledge()

    def take(self, peer: Peer, message: dict[str, Any]) -> None:
        peer.news(str(message["key"]))

    def news(self, params: dict[str, Any]) -> dict[str, Any]:
        return params


class GodotAi1(Dialect):
    profile = "GODOT_AI"
    options = {"protocol": 1, "token": ""}
    busy = "EDITOR_NOT_READY"
    server_version = "3.2.5"

    def take(self, peer: Peer, message: dict[str, Any]) -> None:
        if not peer.is_acknowledged:
            self.greet(peer, message)
        elif message.get("type") == "event":
            if "key" in message["data"]:
                peer.news(message["data"]["key"])
        else:
            ok = message["status"] == "ok"
            told = message["data"] if ok else message["error"].get("data") or {}
            code = "" if ok else message["error"]["code"]
            peer.answered(Answer(message["request_id"], ok, told.get("key"), code))

    def greet(self, peer: Peer, message: dict[str, Any]) -> None:
        assert message["type"] == "handshake" and message["session_id"], message
        peer.send({"type": "handshake_ack", "server_version": self.server_version})
        peer.acknowledge()

    def command(self, number: int, params: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        wire_id = f"{number:032x}"
        return wire_id, {"request_id": wire_id, "command": "test_command", "params": params}


class GodotAi2(GodotAi1):
    options = {"protocol": 2, "token": TOKEN}
    server_version = "4.3.1"

    def greet(self, peer: Peer, message: dict[str, Any]) -> None:
        if message["type"] == "auth_hello":
            peer.memory = (message["client_nonce"], secrets.token_hex(32))
            challenge = {"type": "auth_challenge", "protocol_version": 2, "client_nonce": peer.memory[0]}
            challenge |= {"server_nonce": peer.memory[1], "server_version": self.server_version}
            peer.send(challenge | {"server_proof": self.proof("server", peer.memory)})
            return
        names = ["session_id", "godot_version", "project_path", "plugin_version", "readiness", "editor_pid"]
        about = [message[name] for name in [*names, "server_launch_mode"]]
        assert hmac.compare_digest(message["client_proof"], self.proof("client", peer.memory, about)), "wrong proof"
        peer.send({"type": "handshake_ack", "protocol_version": 2, "server_version": self.server_version})
        peer.acknowledge()

    def proof(self, side: str, nonces: tuple[str, str], about: list[object] | None = None) -> str:
        message = f"godot-ai-ws-v2/{side}-proof".encode()
        for value in (2, *nonces, self.server_version, *(about or [])):
            data = str(value).encode()
            message += b"\n%d:%s" % (len(data), data)
        return hmac.new(TOKEN.encode(), message, hashlib.sha256).hexdigest()


class UnityMcp(Dialect):
    profile = "UNITY_MCP"
    options = {"hello": '{"project_hash":"0a1b2c3d4e5f6071","project_name":"faults"}'}
    busy = "editor_busy"

    def opened(self, peer: Peer) -> None:
        peer.send({"type": "welcome", "serverTimeout": 30, "keepAliveInterval": 15})

    def take(self, peer: Peer, message: dict[str, Any]) -> None:
        if message["type"] == "register":
            assert not peer.is_acknowledged, "registered twice on a connection"
            peer.send({"type": "registered", "session_id": f"{peer.number:08x}-0000-4000-8000-000000000000"})
            peer.acknowledge()
        elif message["type"] == "command_result":
            result = message["result"]
            ok = result["status"] == "success"
            told = (result.get("result") if ok else result.get("data")) or {}
            peer.answered(Answer(message["id"], ok, told.get("key"), "" if ok else result["code"]))

    def command(self, number: int, params: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        wire_id = f"{number:08x}-0000-4000-8000-000000000001"
        return wire_id, {"type": "execute", "id": wire_id, "name": "bake", "params": params, "timeout": 600}


class JsonRpc(Dialect):
    profile = "JSON_RPC"
    busy = "-32013"

    def opened(self, peer: Peer) -> None:
        peer.acknowledge()

    def take(self, peer: Peer, message: dict[str, Any]) -> None:
        if "method" in message and "id" in message:
            peer.called(message["params"]["key"])
            peer.send({"jsonrpc": "2.0", "id": message["id"], "result": {"key": message["params"]["key"]}})
        elif "method" in message:
            peer.news(message["params"]["key"])
        elif "result" in message:
            peer.answered(Answer(message["id"], True, message["result"].get("key")))
        else:
            error = message["error"]
            told = error.get("data") or {}
            peer.answered(Answer(message["id"], False, told.get("key"), str(error["code"])))

    def command(self, number: int, params: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        wire_id = f"command-{number}"
        return wire_id, {"jsonrpc": "2.0", "id": wire_id, "method": "test/command", "params": params}

    def news(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "method": "test/news", "params": params}


DIALECTS: dict[str, Dialect] = {
    "raw": Raw(),
    "godot_ai_1": GodotAi1(),
    "godot_ai_2": GodotAi2(),
    "unity_mcp": UnityMcp(),
    "json_rpc": JsonRpc(),
}


def written(message: dict[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode()
