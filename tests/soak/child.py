"""A program under test: told lines without ever waiting for it, stopped and continued, weighed."""

import json
import queue
import signal
import threading
from pathlib import Path

from program import Program, Report
from weigh import Weight, weigh

# Many a second, and told elsewhere: they would only fill the disk.
UNLOGGED = (
    '{"event":"sent"',
    '{"event":"answer"',
    '{"event":"event"',
    '{"event":"called"',
    '{"event":"state"',
    '{"event":"response"',
)


class Child(Program):
    def __init__(self, name: str, command: list[str], reports: "queue.Queue[tuple[Program, Report | None]]", log: Path):
        self.is_stopped = False
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        super().__init__(name, command, reports, log)
        self._writer = threading.Thread(target=self._write, daemon=True)
        self._writer.start()

    @property
    def pid(self) -> int:
        return self.process.pid

    def say(self, line: str) -> None:
        """A stopped program reads nothing: its lines wait here, not in whoever says them."""
        self._lines.put(line)

    def stop(self) -> None:
        self.is_stopped = True
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.is_stopped = False

    def weigh(self) -> Weight | None:
        """None = it has ended."""
        return weigh(self.pid)

    def end(self, patience: float) -> int | None:
        if self.is_stopped:
            self.go_on()
        status = super().end(patience)
        self._lines.put(None)
        self._writer.join(patience)
        return status

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            super().say(line)

    def _read(self) -> None:
        for line in self.process.stdout:
            if not line.startswith(UNLOGGED):
                self.log.write(line[:2000] + ("\n" if len(line) > 2000 else ""))
            try:
                report = json.loads(line)
            except ValueError:
                report = {"event": "no JSON", "line": line[:2000]}
            self.reports.put((self, report))
        self.log.flush()
        self.reports.put((self, None))
