"""The figures of a run: on standard output, and in the record of the proof."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from judge import HEAP_BOUND, Verdict
from record import Row, write

ADDED = ("commands", "answered", "ran", "busy", "lost", "expired", "sends", "dropped", "unconfirmed", "calls")
ADDED += ("connections", "reloads", "orphans", "timed", "sleeps")
MOST = ("redial_ms", "poll_us", "busy_us", "heap", "heap_left")


def add_up(verdicts: list[Verdict]) -> dict[str, float]:
    total = {name: sum(verdict.figures.get(name, 0) for verdict in verdicts) for name in ADDED}
    return total | {name: max((verdict.figures.get(name, 0) for verdict in verdicts), default=0) for name in MOST}


def tell(verdicts: list[Verdict], seconds: float, processor: float, slowest: Any) -> None:
    total = add_up(verdicts)
    print("  " + ", ".join(f"{int(total[name])} {name}" for name in ADDED))
    print(
        f"  longest call of a frame loop {total['poll_us'] / 1000:.1f} ms, {total['busy_us'] / 1000:.1f} ms of its own; "
        f"redial after {total['redial_ms']:.0f} ms at most; "
        f"heap {total['heap'] / 2**20:.2f} MiB at most, {total['heap_left'] / 2**20:.2f} MiB after the close"
    )
    checks = sum(verdict.checks for verdict in verdicts)
    took = f"{seconds:.0f} s, {processor:.0f} s of processor"
    print(f"  {checks} checks; {took}; slowest {slowest.task.cell}: {slowest.seconds:.1f} s")


def record(verdicts: list[Verdict], cells: int, rounds: int, seed: int, planted: int) -> None:
    total = {name: int(value) for name, value in add_up(verdicts).items()}
    held = not any(verdict.failures for verdict in verdicts)
    attack = "10 faults of the wire, and none, x 6 loads x 5 profiles"
    amount = f"{cells} cells, {rounds} seed{'s' * (rounds > 1)}; {total['connections']} connections"
    rows = [
        Row(
            "P1: each send is delivered or told as dropped",
            attack,
            f"{total['sends']} sends",
            f"{total['dropped']} told as dropped, {total['unconfirmed']} unconfirmed, none twice or missing",
            held,
        ),
        Row(
            "P2: a request runs at most once, on its own connection",
            attack,
            f"{total['commands']} commands",
            f"{total['ran']} ran, none twice; {total['answered']} answered, none twice or elsewhere",
            held,
        ),
        Row(
            "P3: each request handed out is settled once",
            attack,
            f"{total['ran']} requests, {total['calls']} calls",
            f"{total['lost']} told as lost, {total['expired']} as expired",
            held,
        ),
        Row(
            "P4: a reload keeps the connection and its requests",
            attack,
            f"{total['reloads']} reloads in the midst of faults",
            f"{total['orphans']} orphans, none run again; every attach found its link",
            held,
        ),
        Row("P5: CLOSED is the last word of its connection", attack, amount, "none after it, no gap before it", held),
        Row(
            "P6: the link comes back, and a whole wire is kept",
            attack,
            amount,
            f"next dial {total['redial_ms']} ms after the end at most, delays 10 to 50 ms",
            held,
        ),
        Row(
            "P7: memory is bounded",
            attack,
            f"bound {HEAP_BOUND / 2**20:.2f} MiB a link",
            heap(total),
            held,
        ),
        Row(
            "The frame thread never waits",
            attack,
            f"{total['timed']} calls of frame loops",
            f"0 blocked; longest {total['poll_us'] // 1000} ms by the clock, {total['busy_us'] / 1000:.1f} ms of its own",
            held,
        ),
    ]
    notes = [f"Fault matrix, seed {seed}. A cell is played again by `make faults SEED={seed} CELL=fault/load/profile`."]
    notes.append(f"The judge was shown {planted} planted faults, in copies of what happened, and saw each.")
    if not total["heap"]:
        rows = [row for row in rows if not row.promise.startswith("P7")]
        notes.append("P7 was not measured: the C library of this machine is not glibc, whose heap the host asks.")
    if not held:
        rows = [replace(row, result="not held: the output of the run has the cells that failed") for row in rows]
    write("faults", rows, notes)


def heap(total: dict[str, int]) -> str:
    most, left = (total[name] / 2**20 for name in ("heap", "heap_left"))
    return f"{most:.2f} MiB of heap at most, {left:.2f} MiB after the close, the test's log in it"
