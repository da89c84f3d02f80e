#!/usr/bin/env python3
"""Writes RELIABILITY.md from the records under target/proof.

    tests/proof/report.py            write it
    tests/proof/report.py --check    fail unless every proof has run its bounded form, held, and stands in RELIABILITY.md
    tests/proof/report.py --self     checks itself

What was found on the way stands in findings/*.md, what is not shown in limits.md: both are written by hand.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import record

HERE = Path(__file__).resolve().parent
REPORT = HERE.parents[1] / "RELIABILITY.md"


@dataclass(frozen=True)
class Proof:
    name: str
    title: str
    command: str
    # Whether `make test` runs it. Miri is a part of a compiler that few have.
    is_in_suite: bool = True


PROOFS = [
    Proof("reloads", "Reloads", "make reloads"),
    Proof("mono", "Reloads of AppDomains", "make test-mono"),
    Proof("faults", "Faults of a connection", "make faults"),
    Proof("network", "Faults of a network and of clocks", "make network"),
    Proof("soak", "Soak", "make soak MINUTES=30"),
    Proof("scale", "Scale", "make scale"),
    Proof("autobahn", "Conformance", "make autobahn"),
    Proof("fuzz", "Fuzzing", "make fuzz MINUTES=60"),
    Proof("threads", "Threads", "make test-models threads"),
    Proof("miri", "Undefined behaviour", "make test-miri", is_in_suite=False),
    Proof("memory", "Memory", "make memory"),
    Proof("security", "Security", "make security"),
    Proof("mutation", "Mutation of the code", "make mutation"),
]

INTRODUCTION = """\
# Reliability

What is promised, how it is attacked, how much, and what came of it. `make reliability` runs every attack in its long
form and writes this page from what they recorded; `make test` runs a bounded form of each. The promises P1 to P9 are
those of the README, the rules those of ARCHITECTURE.md. A line that did not hold would say so here.
"""

FINDINGS = """\
## Found on the way

What these attacks brought to light in the library, the command line, the shims or their tests. It is mended unless its line
says that it remains.
"""


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def section(proof: Proof, found: dict[str, Any] | None) -> list[str]:
    lines = [f"## {proof.title}", ""]
    if found is None:
        return [*lines, f"Not run (`{proof.command}`).", ""]
    form = "long form" if found["form"] == "full" else "bounded form"
    lines += [f"`{proof.command}`; figures of the {form} on {found['machine']}.", ""]
    lines += ["| Promise | Attack | How much | Result |", "| --- | --- | --- | --- |"]
    for row in found["rows"]:
        result = row["result"] if row["held"] else f"**DID NOT HOLD**: {row['result']}"
        lines.append(f"| {cell(row['promise'])} | {cell(row['attack'])} | {cell(row['amount'])} | {cell(result)} |")
    lines.append("")
    for note in found["notes"]:
        lines += [note.strip(), ""]
    return lines


def written_by_hand(title: str, places: list[Path]) -> list[str]:
    parts = [place.read_text(encoding="utf-8").strip() for place in places if place.exists()]
    return [title.strip(), "", "\n".join(parts), ""] if parts else []


def render(records: Path = record.RECORDS) -> str:
    lines = [INTRODUCTION]
    for proof in PROOFS:
        lines += section(proof, record.read(proof.name, records, ("full", "short")))
    lines += written_by_hand(FINDINGS, sorted((HERE / "findings").glob("*.md")))
    lines += written_by_hand("## What is not shown", [HERE / "limits.md"])
    return "\n".join(lines).rstrip() + "\n"


def complaints(report: str, records: Path = record.RECORDS) -> list[str]:
    """What is wrong with the records, and with the page that should tell of them."""
    wrong = []
    for proof in PROOFS:
        if not proof.is_in_suite:
            continue
        found = record.read(proof.name, records, ("short",))
        if found is None:
            wrong.append(f"{proof.title}: nothing was recorded; run `{proof.command}`")
            continue
        if not found["rows"]:
            wrong.append(f"{proof.title}: its record has no row")
        for row in found["rows"]:
            if not row["held"]:
                wrong.append(f"{proof.title}: {row['promise']}: did not hold: {row['result']}")
            if f"| {cell(row['promise'])} | {cell(row['attack'])} |" not in report:
                wrong.append(f"{proof.title}: RELIABILITY.md lacks \"{row['attack']}\"; run `make reliability`")
    return wrong


def check_itself() -> None:
    with tempfile.TemporaryDirectory() as directory:
        records = Path(directory)
        for proof in PROOFS:
            record.write(proof.name, [record.Row("promise", f"attack of {proof.name}", "1", "held", True)], records=records)
        page = render(records)
        assert not complaints(page, records), complaints(page, records)
        assert len(complaints("", records)) == sum(proof.is_in_suite for proof in PROOFS)
        record.write(PROOFS[0].name, [record.Row("promise", "another", "1", "broke", False)], records=records)
        assert len(complaints(page, records)) == 2
        assert "**DID NOT HOLD**: broke" in render(records)
        (records / record.form() / f"{PROOFS[1].name}.json").unlink()
        assert len(complaints(page, records)) == 3


def main(arguments: list[str]) -> int:
    if arguments == ["--self"]:
        check_itself()
        return 0
    if arguments == ["--check"]:
        wrong = complaints(REPORT.read_text(encoding="utf-8") if REPORT.exists() else "")
        print("\n".join(wrong) if wrong else "RELIABILITY.md tells what was recorded, and everything held")
        return 1 if wrong else 0
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    REPORT.write_text(render(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
