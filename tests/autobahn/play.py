"""Plays the suite's cases: one link of the C example host, pointed at one case after another."""

from __future__ import annotations

import json
import queue
import shutil
import sys
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "reload"))

from golden import Outcome  # noqa: E402
from program import Program, Report  # noqa: E402

AGENT = "framewire"

# How long a case may take without a sign. Only failures take so long; the server's own patience is shorter, but in a few.
PATIENCE = 300.0

# Each dial waits five seconds for the upgrade.
MOST_DIALS = 30

# Frames a second of the host: some cases are a thousand round trips.
FRAME_RATE = "2000"


@dataclass
class Seen:
    """What the host says of one connection."""

    closed: str
    messages: int


class Play:
    """`place` gets the logs of both programs and the suite's reports."""

    def __init__(self, python: Path, host: str, place: Path):
        self.place = place
        self.reports = place / "reports"
        shutil.rmtree(self.reports, ignore_errors=True)
        self.python = python
        self.host_program = host
        self.heard: queue.Queue[tuple[Program, Report | None]] = queue.Queue()
        self.programs: list[Program] = []
        self.seen: dict[str, Seen] = {}
        self.summary: Report = {}

    def run(self, patterns: list[str]) -> dict[str, Outcome]:
        """Plays the cases that match a pattern, such as `6.*`; what came of each."""
        try:
            server = self.start("server", [str(self.python), str(HERE / "server.py"), str(self.reports)])
            listening = self.await_event(server, "listening", "the server did not start")
            base = f"ws://127.0.0.1:{listening['port']}"
            options = ["--profile", "raw", "--echo", "--verbose", "--reconnect", "none", "--hz", FRAME_RATE]
            options += ["--flags", "start-disconnected", "--name", "autobahn"]
            host = self.start("host", [self.host_program, "--url", base, *options])
            for case in listening["cases"]:
                if any(fnmatch(case, pattern) for pattern in patterns):
                    self.seen[case] = self.connect(host, case, f"{base}/runCase?casetuple={case}&agent={AGENT}")
            self.connect(host, "the reports", f"{base}/updateReports?agent={AGENT}")
            host.say("quit")
            self.summary = self.await_event(host, "summary", "the host did not end")
        finally:
            for program in reversed(self.programs):
                program.process.stdin.close()
                program.end(30.0)
        return self.outcomes()

    def start(self, name: str, command: list[str]) -> Program:
        program = Program(name, command, self.heard, self.place / f"{name}.log")
        self.programs.append(program)
        return program

    def connect(self, host: Program, what: str, url: str) -> Seen:
        """One connection to `url`, from its dial to its end."""
        host.say(f"endpoint {url}")
        host.say("connect")
        kinds: Counter[str] = Counter()
        dials = 0
        while True:
            report = self.hear(host, f"{what}: no end of the connection")
            kinds[report["event"]] += 1
            if report["event"] == "closed":
                clean = "clean" if report["clean"] else "not clean"
                closed = f"{report['code']} {report['reason']}, {clean}"
                return Seen(closed, kinds["text"] + kinds["binary"])
            if report["event"] == "connect_failed":
                # The server has one thread, which may still be at the large messages of the case before. What it makes of
                # the connection that was given up is overwritten by the next one's result.
                dials += 1
                if report["reason"] != "TIMEOUT" or dials == MOST_DIALS:
                    raise RuntimeError(f"{what}: the host did not get through: {report['detail']}")
                host.say("connect")

    def await_event(self, program: Program, event: str, complaint: str) -> Report:
        while True:
            report = self.hear(program, complaint)
            if report["event"] == event:
                return report

    def hear(self, program: Program, complaint: str) -> Report:
        """The next report of `program`; those of the other one are in its log."""
        while True:
            try:
                speaker, report = self.heard.get(timeout=PATIENCE)
            except queue.Empty:
                raise TimeoutError(f"{complaint} within {PATIENCE:.0f} s; logs: {self.place}") from None
            if report is None:
                raise RuntimeError(f"{complaint}: the {speaker.name} has ended; its log: {speaker.log.name}")
            if speaker is program:
                return report

    def outcomes(self) -> dict[str, Outcome]:
        index = json.loads((self.reports / "index.json").read_text(encoding="utf-8")).get(AGENT, {})
        return {case: self.outcome(case, index[case], seen) for case, seen in self.seen.items() if case in index}

    def outcome(self, case: str, verdict: dict, seen: Seen) -> Outcome:
        sent = verdict["remoteCloseCode"]
        sent = "-" if sent is None else str(sent)
        return Outcome(case, verdict["behavior"], verdict["behaviorClose"], sent, seen.closed, str(seen.messages))

    def detail(self, case: str) -> Path:
        """The suite's own report of a case, wire log and all."""
        return self.reports / f"{AGENT}_case_{case.replace('.', '_')}.html"
