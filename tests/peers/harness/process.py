"""A published server as a child process with a home of its own; what is special about each is its subclass."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from pathlib import Path

from .ports import free_ports
from .wait import until

START_SECONDS = 90.0


class PortTaken(Exception):
    """Somebody took the port between our look and the server's bind."""


class ServerProcess(ABC):
    """Starts with `_begin` and is ready to serve when that returns. `stop` ends it by its pid."""

    def __init__(self, name: str, home: Path) -> None:
        self.name = name
        self.home = home
        self.log_path = home / "server.log"
        home.mkdir(parents=True, mode=0o700)

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

    @abstractmethod
    def _take_ports(self, ports: list[int]) -> None: ...

    @abstractmethod
    def _command(self) -> list[str]: ...

    @abstractmethod
    def _environment(self) -> dict[str, str]: ...

    @abstractmethod
    def _is_ready(self) -> bool:
        """Whether it serves; raises PortTaken if it never will on these ports."""

    def _begin(self, ports: int) -> None:
        for _ in range(5):
            self._take_ports(free_ports(ports))
            try:
                self._launch()
                return
            except PortTaken:
                self.kill()
        raise AssertionError(f"no {ports} free ports for {self.name} in five tries")

    def _launch(self) -> None:
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.home, env=self._environment()
            )
        until(self._is_ready, f"{self.name} to listen", START_SECONDS, self.log)

    def _inherited(self, *foreign: str) -> dict[str, str]:
        """What this process exports, without what begins with one of `foreign`, and with the home of its own."""
        # Servers that see pytest leave out what their own tests do not want.
        foreign = (*foreign, "PYTEST_")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
        return kept | {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            # No word to anyone outside.
            "DISABLE_TELEMETRY": "1",
            "FASTMCP_CHECK_FOR_UPDATES": "off",
            "FASTMCP_SHOW_SERVER_BANNER": "false",
            "PYTHONUNBUFFERED": "1",
        }

    def _check_life(self) -> None:
        """Fails, or raises PortTaken, if it has ended."""
        code = self.process.poll()
        if code is not None:
            if "already in use" in self.log():
                raise PortTaken
            raise AssertionError(f"{self.name} ended with {code} at start\n{self.log()}")


def answers(url: str, headers: dict[str, str] | None = None) -> bool:
    """Whether a GET is answered with 200."""
    try:
        # No proxy of the environment may stand between.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request(url, headers=headers or {}), timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
