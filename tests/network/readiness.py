"""What programs outside are told of the editor, asked again and again by `framewire status`."""

import json
import math
import subprocess
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

INTERVAL = 0.5


@dataclass(frozen=True)
class Sample:
    """One answer; what it says was true at a moment between the two times."""

    began: float
    ended: float
    verdict: str
    phase: str


class Watch:
    """Asks in a thread of its own, as a program outside would."""

    def __init__(self, framewire: str, state_file: Path):
        self.command = [framewire, "status", "--json", str(state_file)]
        self.samples: list[Sample] = []
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._ask, daemon=True)
        self.thread.start()

    def _ask(self) -> None:
        while not self.done.is_set():
            began = time.monotonic()
            found = subprocess.run(self.command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
            try:
                answer = json.loads(found.stdout)
            except ValueError:
                answer = {"verdict": f"no JSON: {found.stdout}{found.stderr}"}
            self.samples.append(Sample(began, time.monotonic(), answer["verdict"], str(answer.get("phase"))))
            self.done.wait(INTERVAL)

    def first(self, after: float, is_ready: bool) -> Sample | None:
        """The first answer asked for after that time that is, or is not, ready."""
        for sample in self.samples:
            if sample.began > after and (sample.verdict == "ready") == is_ready:
                return sample
        return None

    def lies(self, after: float, before: float) -> list[Sample]:
        """Answers within that time that say ready once one has said otherwise."""
        turned = self.first(after, is_ready=False)
        if turned is None:
            return []
        return [
            sample
            for sample in self.samples
            if sample.began > turned.began and sample.ended < before and sample.verdict == "ready"
        ]

    @staticmethod
    def skew(state_file: Path) -> float:
        """By how many seconds the clock of the record's writer is off; without a record, no number."""
        if not state_file.exists():
            return math.nan
        record = json.loads(state_file.read_text(encoding="utf-8"))
        written = datetime.fromisoformat(record["updatedAt"])
        return written.timestamp() - time.time()

    def end(self) -> None:
        self.done.set()
        self.thread.join(30.0)
