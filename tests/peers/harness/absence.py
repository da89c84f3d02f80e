"""Editors whose scripting domain is away while an MCP client keeps calling. Begun before the first test, judged last."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .host import Host
from .silence import listed
from .wait import until

# As long as a held call may wait, and past both deadlines of the servers: 40 s and 80 s without a pong.
AWAY_SECONDS = (4, 95)


@dataclass(frozen=True)
class Call:
    """One call of the traffic."""

    path: str
    answer: Future[dict[str, Any]]
    # It was begun while the domain was away.
    is_meanwhile: bool


class Absence:
    """An editor of a godot-ai server under steady traffic, whose domain is away for `seconds`."""

    def __init__(self, wire: Any, launch: Callable[..., Host], directory: Path, seconds: int) -> None:
        self.wire = wire
        self.seconds = seconds
        self.calls: list[Call] = []
        self._executed = directory / f"executed-{wire.release.protocol}-{seconds}.txt"
        self.host = launch(wire, "--executed", str(self._executed))
        self.host.wait("acknowledged")
        self.session_id = self.host.session_id()
        self.before = listed(wire, self.session_id)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"traffic-{seconds}", daemon=True)
        self._thread.start()

    def join(self) -> dict[str, Any]:
        """Waits for the end of the traffic, which is a little after the reload; how the domain came back."""
        self._thread.join(timeout=self.seconds + 90)
        assert not self._thread.is_alive(), self.host.describe()
        return self.host.seen("reloaded")[0]

    def runs(self) -> int:
        """How many of the calls ran, by the host's own file."""
        return sum(line.startswith("run ") and " get_node_properties " in line for line in self._executed.open())

    def stop(self) -> None:
        self._end.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        self._call_until(lambda: len(self.calls) >= 5, 0.1)
        until(lambda: all(call.answer.done() for call in self.calls), "the first answers", context=self.host.describe)
        self.host.say("reload", self.seconds * 1000)
        self.host.wait("reloading")
        # Never as many in flight as the server allows at most.
        self._call_until(lambda: self.host.seen("reloaded"), 0.25 if self.seconds < 10 else 1.0)
        count = len(self.calls)
        self._call_until(lambda: len(self.calls) >= count + 5, 0.1)

    def _call_until(self, condition: Callable[[], Any], pause: float) -> None:
        while not (condition() or self._end.is_set() or self.host.process.poll() is not None):
            path = f"/root/node-{len(self.calls)}"
            is_meanwhile = bool(self.host.seen("reloading")) and not self.host.seen("reloaded")
            answer = self.wire.client.start("node_get_properties", path=path, session_id=self.session_id)
            self.calls.append(Call(path, answer, is_meanwhile))
            self._end.wait(pause)


class Absences:
    """One editor for each server and time."""

    def __init__(self, wires: Iterable[Any], launch: Callable[..., Host], directory: Path) -> None:
        wires = list(wires)
        self.by_case = {
            (wire.release.protocol, seconds): Absence(wire, launch, directory, seconds)
            for seconds in sorted(AWAY_SECONDS, reverse=True)
            for wire in wires
        }

    def stop(self) -> None:
        for absence in self.by_case.values():
            absence.stop()
