"""A real, unmodified godot-ai server as a child process with a home of its own."""

from __future__ import annotations

import json
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

import provision

from .process import PortTaken, ServerProcess, answers


@dataclass(frozen=True)
class Release:
    """One published server and what its wire asks for."""

    environment: str
    version: str
    protocol: int
    # Calls that one session may have in flight before the server itself refuses.
    calls_in_flight: int

    def __str__(self) -> str:
        return f"protocol-{self.protocol}"


RELEASES = (
    Release("godot-ai-2", "2.4.2", protocol=1, calls_in_flight=40),
    Release("godot-ai-4", "4.3.0", protocol=2, calls_in_flight=32),
)


def capability() -> str:
    """A fresh one, with the mark by which tests/leaks.py finds it wherever it is told."""
    return "5ec2e75ec2e7" * 3 + secrets.token_hex(14)


class Server(ServerProcess):
    """Starts at construction and is ready to serve when that returns.

    With `own_capabilities` a 4.x server makes its own pair and publishes it in its record file; otherwise it is
    given one by the environment, as the editor's launcher does.
    """

    def __init__(self, release: Release, home: Path, own_capabilities: bool = False) -> None:
        super().__init__(str(release), home)
        self.release = release
        self.token = self.http_capability = ""
        self.generated = own_capabilities
        if release.protocol == 2 and not own_capabilities:
            self.token, self.http_capability = capability(), capability()
        self._begin(ports=2)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.ws_port}"

    @property
    def mcp_url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}/mcp"

    @property
    def capability_directory(self) -> Path:
        return self.home / "capabilities"

    @property
    def capability_file(self) -> Path:
        return self.capability_directory / f"http-{self.http_port}.json"

    @property
    def http_headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.http_capability}"} if self.http_capability else {}

    def _take_ports(self, ports: list[int]) -> None:
        self.ws_port, self.http_port = ports

    def _command(self) -> list[str]:
        command = [str(provision.executable(self.release.environment, "godot-ai"))]
        return command + ["--transport", "streamable-http", "--port", str(self.http_port), "--ws-port", str(self.ws_port)]

    def _environment(self) -> dict[str, str]:
        kept = self._inherited("GODOT_AI_", "FASTMCP_") | {
            "GODOT_AI_CAPABILITY_DIR": str(self.capability_directory),
            "GODOT_AI_DISABLE_TELEMETRY": "1",
            # No end for want of an editor.
            "GODOT_AI_NO_IDLE_EXIT": "1",
        }
        if self.token and not self.generated:
            kept |= {"GODOT_AI_WS_TOKEN": self.token, "GODOT_AI_HTTP_CAPABILITY": self.http_capability}
        return kept

    def _is_ready(self) -> bool:
        self._check_life()
        if "Godot plugin won't connect" in self.log():
            raise PortTaken
        return self._reads_its_record() and self._answers_http() and self._accepts_websockets()

    def _reads_its_record(self) -> bool:
        """Takes the pair that the running server published; true at once where there is none to take."""
        if not self.generated:
            return True
        try:
            record = json.loads(self.capability_file.read_text())
        except (OSError, ValueError):
            return False
        self.token, self.http_capability = record["websocket"], record["http"]
        return True

    def _answers_http(self) -> bool:
        return answers(f"http://127.0.0.1:{self.http_port}/godot-ai/status", self.http_headers)

    def _accepts_websockets(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.ws_port), timeout=5).close()
        except OSError:
            return False
        return True
