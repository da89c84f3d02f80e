"""What is measured each second: weight, frame times, queues, and how commands ended."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from editor import Editor
from program import Report

QUEUES = ("inbound_bytes", "outbound_bytes", "requests_waiting", "requests_open")


@dataclass
class Second:
    """`at` seconds after the start. Of an editor that is stopped or away there is nothing."""

    at: float
    rss: dict[str, int] = field(default_factory=dict)
    # Bytes that malloc has handed out.
    heap: dict[str, int] = field(default_factory=dict)
    threads: dict[str, int] = field(default_factory=dict)
    descriptors: dict[str, int] = field(default_factory=dict)
    frames: dict[str, Report] = field(default_factory=dict)
    # The deepest of the looks in this second.
    queues: dict[str, dict[str, int]] = field(default_factory=dict)
    ends: Counter[str] = field(default_factory=Counter)

    def most(self, member: str, of: str) -> Any:
        """The largest over all editors, None = nobody told."""
        told = [values[of] for values in getattr(self, member).values() if of in values]
        return max(told, default=None)


class Measure:
    def __init__(self, length: float) -> None:
        # Of the run, without the time that it takes to settle.
        self.length = length
        self.seconds: list[Second] = []
        self.current = Second(0.0)
        self.cpu: dict[str, float] = {}
        self._ends: Counter[str] = Counter()

    def look(self, editor: Editor, report: Report) -> None:
        if report["event"] == "frames" and report["count"]:
            self.current.frames[editor.name] = report
        elif report["event"] == "heap" and report["bytes"]:
            self.current.heap[editor.name] = report["bytes"]
        elif report["event"] == "state":
            deepest = self.current.queues.setdefault(editor.name, dict.fromkeys(QUEUES, 0))
            for name in QUEUES:
                deepest[name] = max(deepest[name], report[name])

    def second(self, at: float, editors: list[Editor]) -> None:
        """Ends the current second and begins the next one."""
        for editor in editors:
            weight = None if editor.child is None else editor.child.weigh()
            if weight is not None:
                self.current.rss[editor.name] = weight.rss
                self.current.threads[editor.name] = weight.threads
                self.current.descriptors[editor.name] = weight.descriptors
                self.cpu[editor.name] = weight.cpu_seconds
        ends = sum((editor.commands.counts() for editor in editors), Counter())
        self.current.ends = ends - self._ends
        self._ends = ends
        self.current.at = at
        self.seconds.append(self.current)
        self.current = Second(at)

    def quarter(self, number: int) -> list[Second]:
        """The seconds of a quarter of the run, 0 to 3."""
        begin, end = self.length * number / 4, self.length * (number + 1) / 4
        return [second for second in self.seconds if begin < second.at <= end]


def low_waters(measure: Measure, member: str, name: str) -> list[float]:
    """The least of an editor's weight in each quarter: what it holds when it holds nothing."""
    quarters = [measure.quarter(number) for number in range(4)]
    return [
        min((getattr(at, member)[name] for at in quarter if name in getattr(at, member)), default=0)
        for quarter in quarters
    ]


def median(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else 0.0
