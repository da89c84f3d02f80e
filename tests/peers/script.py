"""Reads the table of answers that editor_host takes by --script; README.md describes the format."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Rule:
    """What one command is answered with."""

    kind: str
    milliseconds: int = 0
    fill: int = 0
    code: str = ""
    text: str = ""

    def data(self, params: dict) -> dict:
        """The answer's data, for the kinds that have one."""
        if self.kind == "echo" or self.text == "echo":
            return params
        members = json.loads(self.text) if self.text else {}
        return {"fill": "x" * self.fill, **members} if self.kind == "big" else members


UNKNOWN = Rule("fail", code="UNKNOWN_COMMAND", text="no rule for this command")


def load(path: str) -> dict[str, Rule]:
    """The rules by command; the first of a name stands."""
    rules: dict[str, Rule] = {}
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            command, _, rest = line.partition(" ")
            rules.setdefault(command, parse(rest))
    return rules


def parse(rest: str) -> Rule:
    kind, _, tail = rest.partition(" ")
    first, _, after = tail.partition(" ")
    match kind:
        case "reply":
            return Rule(kind, text=tail)
        case "defer" | "sleep":
            return Rule(kind, milliseconds=int(first), text=after)
        case "big":
            return Rule(kind, fill=int(first), text=after)
        case "fail":
            return Rule(kind, code=first, text=after)
        case "silent" | "echo":
            return Rule(kind)
    raise ValueError(f"unknown behaviour {kind!r}")
