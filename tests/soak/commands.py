"""The commands that an editor is sent, what each must be answered, and what became of it.

A command ends in one of these ways: `ok` (the true result), `wrong` (another one), the code of an error, `lost` or
`timed_out` (the server says so), `unsent` (the server refused the line) or `abandoned` (the server was killed).
"""

import base64
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from judge import result_of

LARGE = (64 << 10, 2 << 20)


@dataclass
class Command:
    key: str
    name: str
    params: dict[str, Any]
    answer: Any

    def line(self, editor: str | None) -> str:
        # Without a name the server would take any editor.
        return written({"editor": editor or "nobody", "command": self.name, "params": self.params, "tag": self.key})

    def is_answered_by(self, report: dict[str, Any]) -> bool:
        if "data_omitted_bytes" in report:
            # Too long to be printed: its length is that of the true answer, and of the profile's envelope.
            return 0 <= report["data_omitted_bytes"] - len(written(self.answer)) <= 64
        return result_of(report["data"]) == self.answer


def written(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


# A picture's bytes are (7 i + i / 251 + size) modulo 256: rows of 251 from a pattern, to each of which a number is added.
ROW = 251
PATTERN = bytes(i * 7 & 0xFF for i in range(256)) * 2
SUMS = [bytes((value + more) & 0xFF for value in range(256)) for more in range(256)]


def picture(size: int) -> dict[str, str]:
    """What the editor host answers to `picture`."""
    rows = range(-(-size // ROW))
    data = b"".join(PATTERN[(at := row * ROW % 256) : at + ROW].translate(SUMS[(row + size) & 0xFF]) for row in rows)
    return {"image": base64.b64encode(data[:size]).decode()}


@dataclass
class Commands:
    """All commands of one editor. Every key is used once."""

    prefix: str
    chance: random.Random
    # A raw link gives back what it gets, and knows no commands.
    is_mirror: bool = False
    made: int = 0
    open: dict[str, Command] = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)
    wrong: list[dict[str, Any]] = field(default_factory=list)
    ended_twice: list[str] = field(default_factory=list)

    def small(self) -> Command:
        kind = self.chance.random()
        if kind < 0.2 and not self.is_mirror:
            ms = self.chance.randint(1, 400)
            return self._make("defer", {"ms": ms}, {"deferred_ms": ms})
        if kind < 0.4 and not self.is_mirror:
            a, b = self.chance.randint(-1000, 1000), self.chance.randint(-1000, 1000)
            return self._make("add", {"a": a, "b": b}, {"sum": a + b})
        return self.echo(self.chance.choice([0, 10, 200, 1000, 6000]))

    def large(self) -> Command:
        kind, size = self.chance.choice(["echo", "big", "picture"]), self.chance.randint(*LARGE)
        if kind == "echo" or self.is_mirror:
            return self.echo(size)
        if kind == "big":
            return self._make("big", {"bytes": size}, {"text": "x" * (size - len('{"text":""}'))})
        # What is short enough to be printed is compared byte for byte.
        size = self.chance.choice([size, self.chance.randint(0, 100_000)])
        return self._make("picture", {"bytes": size}, picture(size))

    def largest(self) -> list[Command]:
        """As many at once as there will ever be: what follows finds all memory that they need."""
        echoes = [self.echo(LARGE[1]) for _ in range(3)]
        return (
            echoes
            if self.is_mirror
            else echoes + [self._make("picture", {"bytes": LARGE[1]}, picture(LARGE[1])) for _ in range(3)]
        )

    def echo(self, size: int) -> Command:
        command = self._make("echo", {"text": "x" * size}, None)
        command.answer = command.params if self.is_mirror else {"echo": command.params}
        return command

    def stall(self, ms: int) -> Command:
        return self._make("stall", {"ms": ms}, {"stalled_ms": ms})

    def _make(self, name: str, params: dict[str, Any], answer: Any) -> Command:
        command = Command(f"{self.prefix}{self.made}", name, {"key": f"{self.prefix}{self.made}"} | params, answer)
        self.made += 1
        self.open[command.key] = command
        return command

    def answered(self, report: dict[str, Any]) -> None:
        command = self.open.get(report["tag"])
        if report["status"] == "error":
            self.end(report["tag"], report["error"]["code"])
        elif command is not None and command.is_answered_by(report):
            self.end(report["tag"], "ok")
        else:
            self.wrong.append({name: str(value)[:200] for name, value in report.items()})
            self.end(report["tag"], "wrong")

    def end(self, key: str, how: str) -> None:
        if self.open.pop(key, None) is None:
            self.ended_twice.append(key)
        else:
            self.ends[key] = how

    def counts(self) -> Counter[str]:
        return Counter(self.ends.values())
