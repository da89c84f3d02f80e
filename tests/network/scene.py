"""A server, an editor and traffic between them in a room of their own, and what each said when."""

import json
import queue
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "reload"))

from program import Program, Report  # noqa: E402
from readiness import Watch  # noqa: E402
from room import Room  # noqa: E402
from traffic import Command, Traffic  # noqa: E402

# How long something may take that no limit bounds: a busy machine, and no more. Only failures take so long.
PATIENCE = 60.0
# One command in so many seconds, and so many open at most.
PACE, MOST_OPEN = 0.03, 16

EDITORS = {
    "godot-ai": ["--profile", "godot_ai", "--protocol", "1"],
    "json-rpc": ["--profile", "json_rpc"],
    "unity-mcp": ["--profile", "unity_mcp", "--hello", '{"project_hash": "0a1b2c3d4e5f6071", "project_name": "network"}'],
}


@dataclass(frozen=True)
class Limits:
    """When each side takes the other for gone, and how the editor dials again."""

    server: list[str]
    editor: list[str]
    # The editor notices a silent peer within this time: the timeout, and the ping that may fall just before it.
    notice: float
    # The longest wait between two dials that a scene of this length comes to, and one attempt: name, TCP, upgrade, hello.
    redial: float


DEFAULT = Limits([], [], 60.0, 16.0 + 10.0)
SHORT = Limits(
    ["--ping-interval", "2", "--pong-timeout", "5", "--json-ping-interval", "2", "--json-pong-timeout", "7"],
    ["--heartbeat-ms", "2000,6000", "--reconnect-delays-ms", "500,1000,2000"],
    # A silence that is found late is forgiven once, for as long as the timeout.
    8.0 + 6.0,
    2.0 + 10.0,
)
# Nobody pings; the editor's patience is the kernel's, and of that a scene makes less.
KERNEL = Limits(["--ping-interval", "0"], SHORT.editor, 30.0, SHORT.redial)
# The editor keeps its defaults, so that it must learn of its loss from the other side.
PATIENT_EDITOR = Limits(SHORT.server, ["--reconnect-delays-ms", "500,1000,2000"], 60.0, SHORT.redial)


class Complaint(Exception):
    """What should have come and did not."""


@dataclass
class Tools:
    serve: str
    host: str
    place: Path


@dataclass
class Figures:
    """What a scene came to."""

    commands: int = 0
    ok: int = 0
    refused: int = 0
    lost: int = 0
    # Answers that a server which closed in good order did not read any more.
    unread: int = 0
    connections: int = 0
    faults: int = 0
    noticed: float = 0.0
    back: float = 0.0
    samples: int = 0


class Stamped(queue.Queue):
    """Notes when each report came."""

    def put(self, item: tuple[Program, Report | None], *arguments: Any, **named: Any) -> None:
        program, report = item
        if report is not None:
            report["at"] = time.monotonic()
        super().put((program, report), *arguments, **named)


@dataclass
class Scene:
    tools: Tools
    name: str
    profile: str
    limits: Limits
    seed: int
    room: Room = field(default_factory=Room)
    figures: Figures = field(default_factory=Figures)
    # What stands before the editor's command line, and what it is told besides.
    editor_prefix: list[str] = field(default_factory=list)
    editor_options: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.place = self.tools.place / self.name
        self.place.mkdir(parents=True)
        self.executed, self.state_file = self.place / "executed.txt", self.place / "state.json"
        self.reports: Stamped = Stamped()
        self.traffic = Traffic(random.Random(self.seed))
        self.words: dict[str, list[Report]] = defaultdict(list)
        self.server_said: list[Report] = []
        self.editor_said: list[Report] = []
        self.server: Program | None = None
        self.editor: Program | None = None
        self.relay: subprocess.Popen | None = None
        self.watch: Watch | None = None
        self.port = 0
        self.editors_connected = 0
        self.is_quiet = False
        self.next_send = 0.0
        self.ending = False
        self.stopped: set[int] = set()
        self.servers = 0
        # Lines for the server that it has not taken yet.
        self.unsaid: list[str] = []
        # The server says something twice a second, asked or not.
        self.is_chatty = False
        self.next_word = 0.0

    # What begins and ends.

    def start_server(self) -> None:
        self.servers += 1
        options = ["--json", "--profile", self.profile, "--port", "0", "--command-timeout", "600", "--stay"]
        command = [*self.room.server.enter, self.tools.serve, "serve", *options, *self.limits.server]
        self.server = Program("server", command, self.reports, self.place / f"server{self.servers}.log")
        self.editors_connected = 0
        before = len(self.server_said)
        self.until(lambda: len(self.server_said) > before, "the server listens", PATIENCE)
        listening = self.server_said[before]
        self.path = listening["url"].partition("//")[2].partition("/")[2]
        command = [*self.room.server.enter, sys.executable, str(HERE / "relay.py"), str(listening["port"]), str(self.port)]
        self.relay = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.relay.stdout.readline())

    def restart_server(self) -> None:
        """Kills the server, and starts another one in its place. What was open there is lost, and so counted."""
        self.server.process.kill()
        self.end_relay()
        killed, self.server = self.server, None
        killed.end(PATIENCE)
        self.start_server()
        for tag in self.unsaid:
            self.forget(tag)
        self.unsaid.clear()
        for tag in sorted(self.traffic.open):
            self.words[tag].append({"event": "lost", "why": "the server was killed", "tag": tag})
        self.traffic.open.clear()

    def url(self, host: str) -> str:
        return f"ws://{f'[{host}]' if ':' in host else host}:{self.port}/{self.path}"

    def start_editor(self, host: str) -> None:
        options = [*EDITORS[self.profile], "--flags", "allow-remote,allow-insecure-remote", *self.limits.editor]
        options += ["--name", "network", "--hz", "60", "--capacity", "16", "--executed", str(self.executed)]
        options += ["--state-file", str(self.state_file), *self.editor_options]
        variables = [f"{name}={value}" for name, value in self.environment.items()]
        command = [*self.room.editor.enter, *self.editor_prefix, *(["env", *variables] if variables else [])]
        command += [self.tools.host, "--url", self.url(host), *options]
        self.editor = Program("editor", command, self.reports, self.place / "editor.log")
        self.watch = Watch(self.tools.serve, self.state_file)

    def begin(self, host: str) -> None:
        """Server and editor, connected, with some traffic behind them."""
        self.start_server()
        self.start_editor(host)
        self.await_active()
        self.settle(20)
        # These are open when something happens now: short and long ones.
        for ms in (500, 2000, 4000, 8000):
            self.send_slow(ms)
        self.flow(0.3)

    def finish(self) -> None:
        """Asks both for their figures and ends them in good order."""
        self.is_quiet = True
        self.until(lambda: not self.traffic.open, "every command has come to an end", PATIENCE)
        self.editor.say("stats")
        self.await_report(self.editor_said, "stats")
        self.watch.end()
        self.ending = True
        self.editor.say("quit")
        self.await_report(self.editor_said, "summary")
        self.server.say(".quit")
        self.await_report(self.server_said, "stats")

    def end(self) -> tuple[int | None, int | None]:
        """Ends whatever still runs: the exit statuses of editor and server."""
        for process in list(self.stopped):
            self.proceed(process)
        statuses = []
        for program in (self.editor, self.server):
            if program is None:
                statuses.append(None)
                continue
            program.say("quit" if program is self.editor else ".quit")
            statuses.append(program.end(20.0))
        if self.watch is not None:
            self.watch.end()
        self.end_relay()
        self.room.end()
        return statuses[0], statuses[1]

    def end_relay(self) -> None:
        if self.relay is not None and self.relay.poll() is None:
            self.relay.kill()
            self.relay.wait(10)
            self.relay.stdin.close()
            self.relay.stdout.close()

    # What happens meanwhile.

    def flow(self, seconds: float) -> None:
        """Lets so much time go by under traffic."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.turn()

    def until(self, holds: Callable[[], bool], what: str, bound: float) -> float:
        """Lets traffic flow until that holds: after how many seconds it did."""
        began = time.monotonic()
        while not holds():
            if time.monotonic() - began > bound:
                raise Complaint(f"{bound:.0f} s went by in vain: {what}")
            self.turn()
        return time.monotonic() - began

    def turn(self) -> None:
        self.send()
        try:
            self.note(*self.reports.get(timeout=PACE))
        except queue.Empty:
            return

    def send(self) -> None:
        now = time.monotonic()
        if self.is_chatty and self.editors_connected and now >= self.next_word:
            self.next_word = now + 0.5
            self.server.say(".notify tick {}")
        if self.is_quiet or self.unsaid or not self.editors_connected or now < self.next_send:
            return
        self.traffic.wanted = MOST_OPEN
        if (line := self.traffic.next_line()) is not None:
            self.next_send = now + PACE
            self.unsaid.append(json.loads(line)["tag"])
            self.server.say(line)

    def send_big(self, size: int) -> None:
        """One command more, whose answer has so many bytes."""
        self.send_one("big", {"bytes": size}, {"text": "x" * (size - len('{"text":""}'))})

    def send_slow(self, ms: int) -> None:
        """One command more, whose answer takes so long: it is open when something happens meanwhile."""
        self.send_one("defer", {"ms": ms}, {"deferred_ms": ms})

    def send_one(self, command: str, params: dict[str, Any], answer: dict[str, Any]) -> None:
        key = f"c{len(self.traffic.sent)}"
        params |= {"key": key}
        self.traffic.sent[key] = Command(key, command, params, answer)
        self.traffic.open.add(key)
        self.unsaid.append(key)
        self.server.say(json.dumps({"command": command, "params": params, "tag": key}))
        return key

    def note(self, program: Program, report: Report | None) -> None:
        if report is None:
            if not self.ending and program in (self.editor, self.server):
                raise Complaint(f"the {program.name} has ended; {program.log.name} has its last words")
        elif program is self.editor:
            self.editor_said.append(report)
        else:
            self.note_server(program, report)

    def note_server(self, program: Program, report: Report) -> None:
        event = report["event"]
        if event in ("answer", "lost"):
            self.words[report["tag"]].append(report)
            self.traffic.open.discard(report["tag"])
            return
        if event == "sent":
            self.unsaid.remove(report["tag"])
            return
        if event == "error" and report["message"].startswith("no editor is connected"):
            self.forget(self.unsaid.pop(0))
            return
        self.server_said.append(report)
        if program is self.server and event == "acknowledged":
            self.editors_connected += 1
        elif program is self.server and event == "gone" and report["session_id"] is not None:
            self.editors_connected -= 1
        elif event == "error":
            raise Complaint(f"the server did not understand a line: {report}")

    def forget(self, tag: str) -> None:
        """That command was never sent."""
        self.words[tag].append({"event": "unsent", "tag": tag})
        self.traffic.open.discard(tag)

    def await_report(self, said: list[Report], event: str) -> Report:
        def found() -> list[Report]:
            return [report for report in said if report["event"] == event]

        self.until(lambda: bool(found()), f"`{event}`", PATIENCE)
        return found()[-1]

    # What the link is doing, by its host's log.

    def phase(self) -> tuple[bool, int]:
        """Whether the link is up, and how often it has been."""
        ups = {"opened"} if self.profile == "json-rpc" else {"acknowledged"}
        up, count = False, 0
        for report in self.editor_said:
            if report["event"] in ups:
                up, count = True, count + 1
            elif report["event"] == "closed":
                up = False
        return up, count

    def is_active(self) -> bool:
        return self.phase()[0]

    def await_active(self, bound: float = PATIENCE) -> float:
        return self.until(lambda: self.is_active() and self.editors_connected > 0, "the link is up", bound)

    def settle(self, commands: int) -> None:
        """So many commands more must be answered well: the way is open."""

        def answered() -> int:
            return sum(words[0]["event"] == "answer" and words[0]["status"] == "ok" for words in self.words.values())

        wanted = answered() + commands
        self.until(lambda: answered() >= wanted, f"{commands} commands more are answered", PATIENCE)

    def closes(self) -> list[Report]:
        return [report for report in self.editor_said if report["event"] == "closed"]

    # Faults that touch a whole process.

    def stop(self, *processes: int) -> None:
        for process in processes:
            self.stopped.add(process)
            subprocess.run(["kill", "-STOP", str(process)], check=True)

    def proceed(self, *processes: int) -> None:
        for process in processes:
            self.stopped.discard(process)
            subprocess.run(["kill", f"-{signal.Signals.SIGCONT.name[3:]}", str(process)], check=False)

    def server_processes(self) -> tuple[int, int]:
        return self.server.process.pid, self.relay.pid

    def reasons(self) -> Counter[str]:
        return Counter(report["reason"] for report in self.closes())
