"""A real, unmodified godot-ai server as a child process with a home of its own."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import provision

from .ports import free_ports
from .wait import until

START_SECONDS = 90.0


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


class PortTaken(Exception):
    """Somebody took the port between our look and the server's bind."""


class Server:
    """Starts at construction and is ready to serve when that returns. `stop` ends it by its pid.

    With `own_capabilities` a 4.x server makes its own pair and publishes it in its record file; otherwise it is
    given one by the environment, as the editor's launcher does.
    """

    def __init__(self, release: Release, home: Path, own_capabilities: bool = False) -> None:
        self.release = release
        self.home = home
        self.token = self.http_capability = ""
        self.generated = own_capabilities
        if release.protocol == 2 and not own_capabilities:
            self.token, self.http_capability = secrets.token_hex(32), secrets.token_hex(32)
        self.log_path = home / "server.log"
        home.mkdir(parents=True, mode=0o700)
        for _ in range(5):
            self.ws_port, self.http_port = free_ports(2)
            try:
                self._launch()
                return
            except PortTaken:
                self.kill()
        raise AssertionError(f"no free pair of ports for {release} in five tries")

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

    def log(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def kill(self) -> None:
        """Ends it without a word to its peers, as a crash would."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        """Starts it again on the same ports after `kill`."""
        self._launch()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            # A graceful end waits for open MCP streams; nothing here depends on it.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=1)
        self.kill()

    def _launch(self) -> None:
        command = [str(provision.executable(self.release.environment, "godot-ai"))]
        command += ["--transport", "streamable-http", "--port", str(self.http_port), "--ws-port", str(self.ws_port)]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.home, env=self._environment()
            )
        until(self._is_ready, f"{self.release} to listen", START_SECONDS, self.log)

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("GODOT_AI_", "FASTMCP_"))}
        kept |= {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "GODOT_AI_CAPABILITY_DIR": str(self.capability_directory),
            # No word to anyone outside, no end for want of an editor.
            "GODOT_AI_DISABLE_TELEMETRY": "1",
            "DISABLE_TELEMETRY": "1",
            "GODOT_AI_NO_IDLE_EXIT": "1",
            "FASTMCP_CHECK_FOR_UPDATES": "off",
            "FASTMCP_SHOW_SERVER_BANNER": "false",
            "PYTHONUNBUFFERED": "1",
        }
        if self.token and not self.generated:
            kept |= {"GODOT_AI_WS_TOKEN": self.token, "GODOT_AI_HTTP_CAPABILITY": self.http_capability}
        return kept

    def _is_ready(self) -> bool:
        code = self.process.poll()
        if code is not None:
            if "already in use" in self.log():
                raise PortTaken
            raise AssertionError(f"{self.release} ended with {code} at start\n{self.log()}")
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
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.http_port}/godot-ai/status", headers=self.http_headers
        )
        try:
            # No proxy of the environment may stand between.
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(request, timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def _accepts_websockets(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.ws_port), timeout=5).close()
        except OSError:
            return False
        return True
