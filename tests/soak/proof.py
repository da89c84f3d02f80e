"""What a soak has shown, for the page of what was proven."""

from collections import Counter
from typing import Any

from judge import Verdict
from measure import low_waters
from record import Row
from verdicts import LEAK_BYTES, MEMORY


def rows_of(soak: Any, verdict: Verdict) -> tuple[list[Row], list[str]]:
    held = not verdict.failures
    commands = sum(editor.commands.made for editor in soak.editors)
    floods = sum(flood["sent"] for site in soak.sites for life in site.lives for flood in life.floods)
    accepted = sum(editor.floods.accepted for editor in soak.editors)
    reloads = sum(editor.told["reloaded"] for editor in soak.editors)
    faults = sum(
        count
        for kind, count in Counter(kind for kind, *_ in soak.deeds).items()
        if kind.startswith(("network", "connection", "server", "upgrade"))
    )
    restarts = sum(len(site.lives) - 1 for site in soak.sites)
    growth = {
        member: [
            (late - early) / 1024
            for _, early, _, late in (low_waters(soak.measure, member, editor.name) for editor in soak.editors)
        ]
        for member in MEMORY
    }
    grown = f"live heap {max(growth['heap']):+.0f} KiB at most, RSS {max(growth['rss']):+.0f} KiB"
    span = f"{soak.seconds / 60:g} minutes, {len(soak.editors)} editors of all profiles, seed {soak.seed}"
    counts = sum((editor.commands.counts() for editor in soak.editors), Counter())
    rows = [
        Row(
            "P1, P2, P3: each request runs at most once and ends once",
            "everything at once",
            f"{span}; {commands + floods} commands",
            f"{counts['ok']} of {commands} single ones answered with the true result, each of the rest accounted for",
            held,
        ),
        Row(
            "P1: notifications in order, and none unaccounted for",
            "floods out, cuts, restarts, RST",
            f"{accepted} notifications",
            f"{sum(editor.floods.received for editor in soak.editors)} received, the rest told as unconfirmed or dropped",
            held,
        ),
        Row(
            "P4: a reload costs no connection",
            "reloads with and without detach, under load",
            f"{reloads} reloads",
            "every one attached to the same link; no connection ended without a fault",
            held,
        ),
        Row(
            "P5, P6: a connection ends for a fault alone",
            "stalls, pauses, SIGSTOP of both ends, bad networks",
            f"{faults} faults, {restarts} server restarts",
            "no CLOSED without a fault before it; all connected again",
            held,
        ),
        Row(
            "P7: bounded: nothing leaks",
            "the whole run",
            span,
            f"least of the last quarter against the second: {grown}",
            held,
        ),
    ]
    bounds = ", ".join(f"{MEMORY[member]} {size >> 10} KiB" for member, size in LEAK_BYTES.items())
    notes = [
        f"The leak rule of a soak: how much the least of its last quarter may be over the least of the second: {bounds}."
    ]
    return rows, notes
