"""Editors whose main thread is blocked for longer than any server waits for a pong, one pair a server."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from pathlib import Path

from .host import Host
from .wait import until

# Past both deadlines: protocol 1 servers close 40 s after the last pong, protocol 2 servers after 80 s.
BLOCKED_SECONDS = 95


class Silence:
    """Starts, for each server, the host and the control client, and blocks the main thread of both.

    The control client answers pings only from its main thread, as editor plugins do without the library: it shows
    that the server really judges the silence, so that the host's survival means something.
    """

    def __init__(self, wires: Iterable, directory: Path) -> None:
        self.hosts: dict[int, Host] = {}
        self.controls: dict[int, Host] = {}
        self.sessions: dict[int, dict] = {}
        self.marks: dict[int, int] = {}
        stand_in = [sys.executable, str(Path(__file__).resolve().parent.parent / "stand_in.py")]
        table = directory / "answers.txt"
        table.write_text("* echo\n", encoding="utf-8")
        for wire in wires:
            number = wire.release.protocol
            options = [*wire.arguments(), "--verbose", "--script", str(table)]
            for kind, hosts, command in (("host", self.hosts, None), ("control", self.controls, stand_in)):
                place = directory / f"{kind}-{number}"
                hosts[number] = Host([*options, "--project", f"{place}/"], place, command=command)
        for wire in wires:
            number = wire.release.protocol
            for host in (self.hosts[number], self.controls[number]):
                host.wait("acknowledged")
            self.sessions[number] = listed(wire, self.hosts[number].session_id())
            self.marks[number] = self.hosts[number].mark()
        self.began = time.monotonic()
        for host in (*self.hosts.values(), *self.controls.values()):
            host.say("stall", BLOCKED_SECONDS * 1000)
            # Read only after the stall: its answer says that the main thread is back.
            host.say("state")

    @property
    def remaining(self) -> float:
        """Seconds until the main threads come back."""
        return max(0.0, self.began + BLOCKED_SECONDS - time.monotonic())

    def stop(self) -> None:
        for host in (*self.hosts.values(), *self.controls.values()):
            host.stop()


def listed(wire, session_id: str) -> dict:
    """The server's record of that editor, once it has one."""
    return until(lambda: wire.client.sessions().get(session_id), "the server to list the editor")
