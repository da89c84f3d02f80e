"""What became of each mutant, in target/mutation/ledger.json: hours of work that may be done in parts, and told as a whole.

An outcome counts for as long as the code of the file that was changed is the same, its tests aside. Tests may come; one that is
taken away, or made weaker, asks for a fresh start: delete the ledger.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

# The module at the foot of a file.
TESTS = re.compile(r"\n#\[cfg\(test\)\]\n(?:#\[path = [^\n]*\n)?mod tests\b")
CAUGHT, TIMED_OUT, MISSED, UNVIABLE = "CaughtMutant", "Timeout", "MissedMutant", "Unviable"


class Ledger:
    def __init__(self, place: Path, crate: Path):
        self.place = place
        self.crate = crate
        self.outcomes: dict[str, dict[str, str]] = {}
        if place.exists():
            self.outcomes = json.loads(place.read_text(encoding="utf-8"))

    def absorb(self, outcomes: Path) -> None:
        """Takes over an outcomes.json of cargo-mutants."""
        for outcome in json.loads(outcomes.read_text(encoding="utf-8"))["outcomes"]:
            if outcome["scenario"] == "Baseline":
                continue
            name = outcome["scenario"]["Mutant"]["name"]
            known = outcome["summary"] in (CAUGHT, TIMED_OUT, UNVIABLE)
            # Whatever else the tool says of one, nothing has caught it.
            self.outcomes[name] = {"summary": outcome["summary"] if known else MISSED, "source": self.source(name)}
        self.place.parent.mkdir(parents=True, exist_ok=True)
        new = self.place.with_suffix(".new")
        new.write_text(json.dumps(self.outcomes, indent=0) + "\n", encoding="utf-8")
        new.replace(self.place)

    def summary(self, name: str) -> str | None:
        """What became of this mutant; None if it was not tried, or on another source."""
        found = self.outcomes.get(name)
        return found["summary"] if found and found["source"] == self.source(name) else None

    def source(self, name: str) -> str:
        """What stands for the code of the file that this mutant changes."""
        file = self.crate / name.partition(":")[0]
        code = TESTS.split(file.read_text(encoding="utf-8"))[0] if file.exists() else ""
        return hashlib.sha256(code.encode()).hexdigest()[:16]

    def with_summary(self, names: Iterable[str], *summaries: str | None) -> list[str]:
        return [name for name in names if self.summary(name) in summaries]
