"""A program that is told lines and prints JSON lines; what several of them print comes in one queue."""

import json
import queue
import subprocess
import threading
from pathlib import Path
from typing import Any

Report = dict[str, Any]


class Program:
    """One child process. Its reports go to `reports` as (program, report); None says that it has ended."""

    def __init__(self, name: str, command: list[str], reports: "queue.Queue[tuple[Program, Report | None]]", log: Path):
        self.name = name
        self.reports = reports
        self.log = log.open("w", encoding="utf-8")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def say(self, line: str) -> None:
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # It has ended: its reader tells so.

    def _read(self) -> None:
        for line in self.process.stdout:
            self.log.write(line)
            try:
                report = json.loads(line)
            except ValueError:
                report = {"event": "no JSON", "line": line}
            self.reports.put((self, report))
        self.log.flush()
        self.reports.put((self, None))

    def end(self, patience: float) -> int | None:
        """Waits for the program to end by itself, and ends it if it does not: its exit status, None = it was ended."""
        try:
            status = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = None
        self.reader.join(patience)
        self.log.close()
        return status
