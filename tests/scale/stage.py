"""The programs of a measurement: told lines, heard until they say what is awaited."""

import queue
import time
from pathlib import Path

from program import Program, Report

PATIENCE = 90.0


class Stage:
    def __init__(self, place: Path, name: str):
        self.place = place / name
        self.place.mkdir(parents=True, exist_ok=True)
        self.reports: queue.Queue[tuple[Program, Report | None]] = queue.Queue()
        self.programs: list[Program] = []
        self.heard: dict[Program, list[Report]] = {}
        self._looked: dict[tuple[Program, str], int] = {}

    def start(self, name: str, command: list[str]) -> Program:
        program = Program(name, command, self.reports, self.place / f"{name}-{len(self.programs)}.log")
        self.programs.append(program)
        self.heard[program] = []
        return program

    def serve(self, serve: str, port: int = 0) -> tuple[Program, Report]:
        command = [
            serve,
            "serve",
            "--json",
            "--stay",
            "--profile",
            "godot-ai",
            "--port",
            str(port),
            "--ping-interval",
            "0",
        ]
        server = self.start("server", command)
        return server, self.hear(server, "listening")

    def hear(self, program: Program, event: str, patience: float = PATIENCE) -> Report:
        """The next report of that name that was not given yet."""
        end = time.monotonic() + patience
        at = self._looked.get((program, event), 0)
        while True:
            heard = self.heard[program]
            while at < len(heard):
                at += 1
                if heard[at - 1]["event"] == event:
                    self._looked[program, event] = at
                    return heard[at - 1]
            self._looked[program, event] = at
            if (left := end - time.monotonic()) <= 0:
                raise TimeoutError(f"{program.name}: waited in vain for `{event}`; logs in {self.place}")
            self._take(min(left, 0.5))

    def ask(self, program: Program, word: str) -> Report:
        program.say(word)
        return self.hear(program, word)

    def rest(self, seconds: float) -> None:
        """Hears what is said meanwhile."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._take(left)

    def _take(self, seconds: float) -> None:
        try:
            program, report = self.reports.get(timeout=seconds)
        except queue.Empty:
            return
        if report is not None:
            self.heard[program].append(report)

    def end(self) -> list[int | None]:
        for program in reversed(self.programs):
            program.say("quit" if program.name != "server" else ".quit")
        return [program.end(20.0) for program in reversed(self.programs)]
