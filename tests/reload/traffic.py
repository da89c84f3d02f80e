"""The commands that are under way while the editor reloads, and what each must be answered."""

import json
import random
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Command:
    key: str
    name: str
    params: dict[str, Any]
    answer: dict[str, Any]


@dataclass
class Traffic:
    """Keeps a number of commands open; every key is used once."""

    chance: random.Random
    sent: dict[str, Command] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    wanted: int = 0
    answers: list[dict[str, Any]] = field(default_factory=list)

    def next_line(self) -> str | None:
        """The line for the server that sends one more command; None = enough are open."""
        if len(self.open) >= self.wanted:
            return None
        command = self._make(f"c{len(self.sent)}")
        self.sent[command.key] = command
        self.open.add(command.key)
        return json.dumps({"command": command.name, "params": command.params, "tag": command.key})

    def answered(self, report: dict[str, Any]) -> None:
        self.answers.append(report)
        self.open.discard(report["tag"])

    def _make(self, key: str) -> Command:
        kind = self.chance.random()
        if kind < 0.3:
            # Most of these are open at the next reload: the domain after it answers them.
            ms = self.chance.randint(1, 120)
            return Command(key, "defer", {"ms": ms, "key": key}, {"deferred_ms": ms})
        if kind < 0.5:
            a, b = self.chance.randint(-1000, 1000), self.chance.randint(-1000, 1000)
            return Command(key, "add", {"a": a, "b": b, "key": key}, {"sum": a + b})
        params = {"key": key, "text": "x" * self.chance.choice([0, 10, 1000])}
        return Command(key, "echo", params, {"echo": params})
