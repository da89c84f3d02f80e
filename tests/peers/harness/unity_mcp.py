"""A real, unmodified mcpforunityserver, and editors on it."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import provision

from .host import Host
from .mcp_client import CALL_SECONDS, McpClient
from .process import ServerProcess, answers
from .wait import until

ENVIRONMENT = "unity-mcp"
# What every editor answers unless its test says otherwise. The server asks `ping` before it sends what is fast.
USUAL_SCRIPT = 'ping reply {"message":"pong"}\n* echo\n'
# What every editor offers: a tool of its own, and some of the server's, which hides all that no editor names.
TOOLS: list[dict[str, Any]] = [
    {"name": "bake", "description": "Bakes it.", "parameters": [{"name": "key", "type": "string", "required": True}]},
    {"name": "create_script"},
    {"name": "execute_menu_item"},
    {"name": "manage_editor"},
    {"name": "read_console"},
]


class UnityServer(ServerProcess):
    """Starts at construction and is ready to serve when that returns. One port serves editors and MCP clients."""

    http_headers: dict[str, str] = {}

    def __init__(self, home: Path) -> None:
        super().__init__("unity-mcp", home)
        self._begin(ports=1)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/hub/plugin"

    @property
    def mcp_url(self) -> str:
        return f"{self._http}/mcp"

    def instances(self) -> dict[str, dict[str, Any]]:
        """The editors that the server knows, by project hash."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self._http}/api/instances", timeout=30) as answer:
            return {instance["hash"]: instance for instance in json.load(answer)["instances"]}

    @property
    def _http(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _take_ports(self, ports: list[int]) -> None:
        (self.port,) = ports

    def _command(self) -> list[str]:
        program = provision.executable(ENVIRONMENT, "mcp-for-unity")
        return [str(program), "--transport", "http", "--http-url", self._http]

    def _environment(self) -> dict[str, str]:
        return self._inherited("UNITY_MCP_", "FASTMCP_") | {
            "UNITY_MCP_DISABLE_TELEMETRY": "1",
            # It would take the focus of a window of the user's.
            "UNITY_MCP_DISABLE_FOCUS_NUDGE": "1",
        }

    def _is_ready(self) -> bool:
        self._check_life()
        return answers(f"{self._http}/health")


class Editor:
    """An editor host that is registered with the server, and calls that go to it and no other."""

    def __init__(self, wire: UnityWire, host: Host, project_hash: str, executed: Path) -> None:
        self.wire = wire
        self.host = host
        self.project_hash = project_hash
        self._executed = executed

    def start(self, tool: str, **arguments: Any) -> Future[dict[str, Any]]:
        """Begins a call; the future gives what the MCP client gets."""
        return self.wire.client.start(tool, unity_instance=f"demo@{self.project_hash}", **arguments)

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        return self.start(tool, **arguments).result(timeout=CALL_SECONDS)

    def bake(self, key: str) -> Future[dict[str, Any]]:
        """Begins a plain call, one that the server hands on without a look at the editor's state."""
        return self.start("bake", key=key)

    def executed(self, how: str = "run") -> list[str]:
        """The commands that ran (or got their answer from a later domain: `finish`), in order, by the host's own file."""
        return [field[2] for field in self._lines() if field[0] == how and field[2] != "ping"]

    def keys(self) -> list[str]:
        """The keys of the calls of `bake` that ran, in order."""
        return [field[3] for field in self._lines() if field[0] == "run" and field[2] == "bake"]

    def _lines(self) -> list[list[str]]:
        text = self._executed.read_text() if self._executed.exists() else ""
        return [line.split(" ", 3) for line in text.splitlines()]

    def record(self) -> dict[str, Any] | None:
        """What the server knows of it."""
        return self.wire.server.instances().get(self.project_hash)

    def registrations(self) -> int:
        """How often it registered, by the server's log."""
        return self.wire.server.log().count(f"Plugin registered: demo ({self.project_hash})")


class UnityWire:
    """One server with an MCP client and a way to start editors on it."""

    usual_script = USUAL_SCRIPT

    def __init__(self, root: Path) -> None:
        self.server = UnityServer(root / "unity-mcp")
        self.client = McpClient(self.server)
        self._editors = 0

    def arguments(self, url: str = "") -> list[str]:
        """The options that let an editor in."""
        return ["--url", url or self.server.url, "--profile", "unity_mcp"]

    def editor(self, launch: Callable[..., Host], directory: Path, *options: str, **more: Any) -> Editor:
        """An editor of a project of its own, once the server lists it. `launch` starts a host on this wire, as the
        fixture of that name does."""
        self._editors += 1
        project_hash = f"{self._editors:016x}"
        executed = directory / f"executed-{project_hash}.txt"
        usual = ["--hello", hello(project_hash), "--executed", str(executed)]
        host = launch(self, *usual, *options, **more)
        host.wait("acknowledged")
        editor = Editor(self, host, project_hash, executed)
        until(editor.record, "the server to list the editor", context=host.describe)
        return editor

    def close(self) -> None:
        self.client.close()
        self.server.stop()


def hello(project_hash: str, tools: list[dict[str, Any]] = TOOLS) -> str:
    fields = {"project_hash": project_hash, "project_name": "demo", "unity_version": "6000.1.2f1", "tools": tools}
    return json.dumps(fields, separators=(",", ":"))
