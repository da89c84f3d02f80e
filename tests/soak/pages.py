"""The report of a soak: target/soak/report.html, with its plot, which is also kept as plot.svg."""

from collections import Counter
from html import escape
from pathlib import Path
from typing import Any

from chart import Chart, Lane, Panel, Series, draw
from judge import Verdict
from measure import Second, low_waters, median
from mischief import KINDS

KIB, MIB = 1024, 1024**2

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Soak</title><style>
body {{ font-family: 'DejaVu Sans', Verdana, sans-serif; max-width: 1200px; margin: 2em auto; color: #333; }}
table {{ border-collapse: collapse; margin: 1em 0; }} td, th {{ border: 1px solid #ccc; padding: .25em .7em; text-align: right; }}
td:first-child, th:first-child {{ text-align: left; }} .held {{ color: #00734f; }} .failed {{ color: #b00020; }}
</style></head><body>
<h1>Soak: <span class="{word}">{word}</span></h1>
<p>{passed} checks passed, {failed} failed. {about}</p>
{failures}{plot}
{tables}</body></html>
"""


def write_pages(soak: Any, verdict: Verdict, cpu: float, place: Path) -> None:
    plot = draw(chart_of(soak))
    (place / "plot.svg").write_text(plot, encoding="utf-8")
    failures = "".join(f"<li>{escape(failure)}</li>" for failure in verdict.failures)
    page = PAGE.format(
        word="failed" if verdict.failures else "held",
        passed=verdict.passed,
        failed=len(verdict.failures),
        about=f"{soak.seconds / 60:g} minutes, seed {soak.seed}, {cpu:.0f} s of CPU in all programs.",
        failures=f"<ul>{failures}</ul>" if failures else "",
        plot=plot,
        tables=command_table(soak) + weight_table(soak) + deed_table(soak),
    )
    (place / "report.html").write_text(page, encoding="utf-8")


def chart_of(soak: Any) -> Chart:
    seconds = [second for second in soak.measure.seconds if second.rss]
    names = [editor.name for editor in soak.editors]
    labels = {editor.name: f"{editor.name} ({editor.profile.name})" for editor in soak.editors}

    def of(value: Any) -> list[tuple[float, float | None]]:
        return [(second.at, value(second)) for second in seconds]

    def scaled(value: float | None, unit: float) -> float | None:
        return None if value is None else value / unit

    quarter = soak.seconds / 4
    shades = [(quarter, 2 * quarter, "second quarter"), (3 * quarter, soak.seconds, "last quarter")]
    memory = [Series(labels[name], of(lambda at, name=name: scaled(at.rss.get(name), MIB))) for name in names]
    heap = [Series(labels[name], of(lambda at, name=name: scaled(at.heap.get(name), MIB))) for name in names]
    frames = [
        Series("p50, middle editor", of(lambda at: middle(at, "p50_us"))),
        Series("p99, slowest editor", of(lambda at: at.most("frames", "p99_us"))),
        Series("worst frame", of(lambda at: at.most("frames", "worst_us"))),
    ]
    # A logarithmic axis knows no zero: an empty queue is drawn at its foot.
    depths = [
        Series("inbound, deepest", of(lambda at: foot(scaled(at.most("queues", "inbound_bytes"), KIB), 0.1))),
        Series("outbound, deepest", of(lambda at: foot(scaled(at.most("queues", "outbound_bytes"), KIB), 0.1))),
    ]
    requests = [
        Series("waiting for a poll", of(lambda at: foot(at.most("queues", "requests_waiting"), 1))),
        Series("handed out", of(lambda at: foot(at.most("queues", "requests_open"), 1))),
    ]
    busy = frozenset().union(*(editor.profile.busy for editor in soak.editors))
    given_up = ("lost", "abandoned", "unsent")
    ends = [
        Series("answered", of(lambda at: at.ends["ok"])),
        Series("refused busy", of(lambda at: sum(at.ends[code] for code in busy))),
        Series("lost with a connection", of(lambda at: sum(at.ends[how] for how in given_up))),
    ]
    handles = [
        Series("descriptors, most", of(lambda at: max(at.descriptors.values(), default=None))),
        Series("threads, most", of(lambda at: max(at.threads.values(), default=None))),
    ]
    lanes = [
        Lane(kind.name, [(begin, end) for name, begin, end, _ in soak.deeds if name == kind.name]) for kind in KINDS
    ]
    return Chart(
        "Soak: editors of all profiles under everything at once",
        f"{soak.seconds / 60:g} minutes, seed {soak.seed}; one value a second. 'Deepest' and 'most' are over all editors.",
        "seconds since the start",
        [
            Panel("Memory of each editor (RSS)", "MiB", memory, shades=shades),
            Panel("Live heap of each editor: what malloc has handed out", "MiB", heap, shades=shades, height=110),
            Panel("Time of a frame: poll, handlers and answers (thread CPU)", "microseconds", frames, is_log=True),
            Panel("Queues, bytes (an empty one is at the foot)", "KiB", depths, is_log=True),
            Panel("Queues, requests (none is at the foot)", "requests", requests, is_log=True, height=110),
            Panel("Commands that ended", "a second", ends, height=110),
            Panel("Threads and descriptors", "number", handles, height=110),
        ],
        lanes,
    )


def foot(value: float | None, least: float) -> float | None:
    return None if value is None else max(value, least)


def middle(second: Second, of: str) -> float | None:
    told = [frames[of] for frames in second.frames.values()]
    return median(told) if told else None


def table(heads: list[str], rows: list[list[Any]]) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>\n"


def command_table(soak: Any) -> str:
    rows = []
    for editor in soak.editors:
        counts = editor.commands.counts()
        others = sum(
            counts[code]
            for code in counts
            if code not in ("ok", "lost", "unsent", "abandoned") and code not in editor.profile.busy
        )
        busy = sum(counts[code] for code in editor.profile.busy)
        floods = f"{editor.floods.received} of {editor.floods.accepted}"
        rows.append(
            [
                f"{editor.name} ({editor.profile.name})",
                editor.commands.made,
                counts["ok"],
                busy,
                counts["lost"],
                counts["unsent"],
                counts["abandoned"],
                others,
                floods,
                editor.unconfirmed,
                len(editor.calls),
                editor.told["reloaded"],
                editor.told["closed"],
            ]
        )
    heads = ["editor", "commands", "true result", "refused busy", "lost", "not sent", "server killed", "other errors"]
    return "<h2>What became of it</h2>" + table(
        heads + ["notifications received", "unconfirmed", "own calls", "reloads", "closes"], rows
    )


def weight_table(soak: Any) -> str:
    rows = []
    for editor in soak.editors:
        rss = [f"{value / MIB:.1f}" for value in low_waters(soak.measure, "rss", editor.name)]
        heap = [f"{value / KIB:.0f}" for value in low_waters(soak.measure, "heap", editor.name)]
        frames = [second.frames[editor.name] for second in soak.measure.seconds if editor.name in second.frames]
        worst = max((frame["worst_us"] for frame in frames), default=0)
        typical = median([frame["p50_us"] for frame in frames])
        rows.append(
            [editor.name, *rss, *heap, f"{typical:.0f}", f"{worst:.0f}", f"{soak.measure.cpu.get(editor.name, 0):.1f}"]
        )
    heads = [
        "editor",
        "least RSS in 1st quarter, MiB",
        "2nd",
        "3rd",
        "4th",
        "least live heap in 1st, KiB",
        "2nd",
        "3rd",
        "4th",
        "frame p50, us",
        "worst frame, us",
        "CPU, s",
    ]
    return "<h2>Weight</h2>" + table(heads, rows)


def deed_table(soak: Any) -> str:
    counts = Counter(kind for kind, *_ in soak.deeds)
    return "<h2>What was done</h2>" + table(["deed", "times"], [[kind, count] for kind, count in counts.most_common()])
