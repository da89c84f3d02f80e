"""What a proof found: one JSON file per proof under target/proof/short or target/proof/full, by the form that ran.
report.py writes RELIABILITY.md from them.

`python3 tests/proof/record.py` checks itself.
"""

import json
import os
import platform
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

RECORDS = Path(__file__).resolve().parents[2] / "target" / "proof"


@dataclass(frozen=True)
class Row:
    """One line of the table: what is promised, how it is attacked, how much of it, what came of it."""

    promise: str
    attack: str
    amount: str
    result: str
    held: bool


def is_full() -> bool:
    """Whether the long form was asked for (FRAMEWIRE_PROOF=full); else the bounded one of `make test` runs."""
    return os.environ.get("FRAMEWIRE_PROOF") == "full"


def form() -> str:
    """The directory of the records of this form."""
    return "full" if is_full() else "short"


def write(proof: str, rows: list[Row], notes: list[str] | None = None, records: Path = RECORDS) -> None:
    """Writes the record of `proof` in one step; the one of an earlier run goes. `notes` are sentences for below the table."""
    place = records / form()
    place.mkdir(parents=True, exist_ok=True)
    record = {
        "proof": proof,
        "form": form(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "rows": [asdict(row) for row in rows],
        "notes": notes or [],
    }
    new = place / f"{proof}.json.new"
    new.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    new.replace(place / f"{proof}.json")


def read(proof: str, records: Path = RECORDS, forms: tuple[str, ...] | None = None) -> dict | None:
    """The record of `proof` in the first of these forms that has run, by default this form; None if none has."""
    for one in forms or (form(),):
        place = records / one / f"{proof}.json"
        if place.exists():
            return json.loads(place.read_text(encoding="utf-8"))
    return None


def check() -> None:
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        row = Row("a promise", "an attack", "3 times", "held", True)
        write("self", [row], ["A note."], place)
        found = read("self", place)
        assert found and found["rows"] == [asdict(row)] and found["notes"] == ["A note."], found
        assert read("other", place) is None
        assert [file.name for file in place.rglob("*.*")] == ["self.json"]
        assert read("self", place, ("full", "short")) == found


if __name__ == "__main__":
    check()
