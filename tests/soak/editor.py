"""One editor of a soak: its host program, the proxy that it dials through, its commands, and what it has told."""

import queue
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from child import Child
from commands import Commands
from profiles import CLOSE_TIMEOUT_MS, DELAYS_MS, HEARTBEAT_MS, HOLD_MS, LINGER_MS, Profile
from program import Program, Report
from proxy import Proxy

# After a fault that may cost the connection: so long is looked for its end before a later one has no cause.
FAULT_SETTLES = 3.0
# ... and so long if it has not ended: by then all has come that was held back.
FAULT_PASSES = 15.0


@dataclass
class Floods:
    """Numbered notifications: how many the link accepted, and which of them the server printed."""

    accepted: int = 0
    received: int = 0
    last: int = -1
    out_of_order: list[int] = field(default_factory=list)
    # Numbers before which others are missing, where no connection ended in between.
    gaps: list[int] = field(default_factory=list)
    is_new_connection: bool = True
    is_running: bool = False
    ended_at: float = 0.0

    def arrived(self, number: int) -> None:
        if number <= self.last:
            self.out_of_order.append(number)
        elif number > self.last + 1 and not self.is_new_connection:
            self.gaps.append(number)
        self.is_new_connection = False
        self.last = max(self.last, number)
        self.received += 1


class Editor:
    def __init__(self, name: str, profile: Profile, place: Path, seed: int):
        self.name = name
        self.profile = profile
        self.chance = random.Random(f"{seed}/{name}")
        self.place = place / name
        self.place.mkdir(parents=True)
        self.executed = self.place / "executed.txt"
        self.state_file = self.place / "state.json"
        self.commands = Commands(name[0], self.chance, profile.is_mirror)
        self.proxy: Proxy | None = None
        self.child: Child | None = None
        # Commands a second, and how many may be open.
        self.rate = 20.0
        self.wanted = 60
        self.credit = 0.0
        # What its present server calls it.
        self.address: str | None = None
        self.floods = Floods()
        self.flood_ends: list[Report] = []
        self.calls: set[int] = set()
        self.responses: Counter[int] = Counter()
        self.response_reasons: Counter[str] = Counter()
        self.wrong_responses: list[Report] = []
        self.told: Counter[str] = Counter()
        self.reports: dict[str, list[Report]] = {}
        self.generation = 0
        self.is_active = False
        self.state: Report = {}
        self.ending = False
        self.has_ended = False
        self.status: int | None = None
        # The last fault: its end, and the connection at its begin.
        self._fault: tuple[float, int] | None = None
        self.uncaused: list[Report] = []
        self.unconfirmed = 0
        # Connections that came and went between two polls, of which only this is told.
        self.skipped = 0

    def start(
        self, host: str, url_path: str, port: int, seed: int, reports: "queue.Queue[tuple[Program, Report | None]]"
    ) -> None:
        self.proxy = Proxy(port, seed)
        command = [host, "--url", f"ws://127.0.0.1:{self.proxy.port}{url_path}", "--profile", self.profile.link]
        command += [
            *self.profile.options,
            "--name",
            self.name,
            "--owner",
            "tests/soak",
            "--hz",
            "120",
            "--capacity",
            "32",
        ]
        command += ["--reconnect-delays-ms", DELAYS_MS, "--heartbeat-ms", ",".join(map(str, HEARTBEAT_MS))]
        command += ["--state-file", str(self.state_file), "--project", f"/projects/{self.name}/"]
        command += ["--hold-ms", str(HOLD_MS), "--executed", str(self.executed)]
        command += ["--close-timeout-ms", str(CLOSE_TIMEOUT_MS), "--linger", str(LINGER_MS)]
        self.child = Child(self.name, command, reports, self.place / "editor.log")

    def may_lose_connection(self, until: float) -> None:
        """A fault goes on until then, for which connections may end."""
        since, generation = self._fault or (until, self.generation)
        self._fault = (max(since, until), generation)

    def note(self, report: Report, now: float) -> None:
        event = report["event"]
        self.told[event] += 1
        if event == "state":
            self._note_state(report, now)
        elif event == "unseen":
            self._note_unseen(report)
        elif event == "closed":
            self._note_closed(report)
            if self._fault is None and not self.ending:
                self.uncaused.append(report)
        elif event == "response":
            self._note_response(report)
        elif event == "sent":
            self.calls.add(report["number"])
        elif event == "flooded":
            self.floods.accepted = report["next"]
            self.floods.is_running = False
            self.floods.ended_at = now
        elif event not in ("frames", "heap", "log"):
            self.reports.setdefault(event, []).append(report)

    def _note_state(self, report: Report, now: float) -> None:
        self.state = report
        self.is_active = report["phase"] == "ACTIVE"
        self.generation = report["generation"]
        if self._fault is not None and self.is_active:
            until, generation = self._fault
            waited = FAULT_SETTLES if self.generation > generation else FAULT_PASSES
            if now - until > waited:
                self._fault = None

    def _note_closed(self, report: Report) -> None:
        self.unconfirmed += report["unconfirmed"]
        self.skipped += report["skipped"]

    def _note_unseen(self, report: Report) -> None:
        """It was lent to a domain that died before it looked."""
        self.told[report["name"]] += 1
        if report["name"] == "response":
            self.responses[report["id"]] += 1
        elif report["name"] == "closed":
            self._note_closed(report)

    def _note_response(self, report: Report) -> None:
        self.responses[report["id"]] += 1
        self.response_reasons[report["reason"]] += 1
        if report["reason"] == "NONE" and report.get("data") != '{"n":7}':
            self.wrong_responses.append(report)

    def last(self, event: str) -> Report:
        return (self.reports.get(event) or [{}])[-1]
