#!/usr/bin/env python3
"""Measures what a link costs where there are many: 1, 8, 64, 256 in one process, and many editors beside each other.

All of them dial one `framewire serve`. The table is printed; target/scale/curve.svg shows it, and ARCHITECTURE.md
says what was decided by it. Ratios are asserted, times are not: the machine may be busy.

    make scale LINKS=1,8,64,256 EDITORS=256
"""

import argparse
import resource
import shutil
import signal
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
for folder in ("reload", "plot", "proof"):
    # Behind this one: each folder has names of its own.
    sys.path.append(str(TESTS / folder))

import many_processes
import one_process
from chart import Chart, Panel, Series, draw
from judge import Verdict
from many_processes import Crowd
from one_process import HEARTBEAT_MS, Figures
from record import Row, write
from weigh import is_possible

PLACE = TESTS.parent / "target" / "scale"

COLUMNS = [
    ("links", "links", "{:.0f}"),
    ("RSS KiB/link", "rss_kib", "{:.0f}"),
    ("after use", "used_kib", "{:.0f}"),
    ("heap KiB", "heap_kib", "{:.0f}"),
    ("stack", "stack_kib", "{:.0f}"),
    ("threads", "threads", "{:.2f}"),
    ("fds", "descriptors", "{:.2f}"),
    ("wake-ups/s", "wakeups", "{:.2f}"),
    ("idle CPU us/s", "io_cpu_us", "{:.1f}"),
    ("frame ns/link", "frame_ns", "{:.0f}"),
    ("frame us", "frame_us", "{:.1f}"),
    ("p99 us", "frame_p99_us", "{:.0f}"),
    ("open ms", "opening_ms", "{:.1f}"),
    ("connected ms", "connected_ms", "{:.0f}"),
    ("answers ms", "answers_ms", "{:.0f}"),
    ("back ms", "recovered_ms", "{:.0f}"),
    ("in 10 ms", "busiest_10ms", "{:.0f}"),
    ("server KiB", "server_kib", "{:.0f}"),
]


def table(figures: list[Figures]) -> str:
    rows = [[head for head, _, _ in COLUMNS]]
    rows += [[form.format(getattr(row, name)) for _, name, form in COLUMNS] for row in figures]
    widths = [max(len(row[at]) for row in rows) for at in range(len(COLUMNS))]
    return "\n".join("  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def check(figures: list[Figures], crowd: Crowd, verdict: Verdict) -> None:
    by_count = {row.links: row for row in figures}
    for row in figures:
        name = f"{row.links} links"
        verdict.check(f"{name}: every answer is that of the link that was asked", not row.wrong, row.wrong[:2])
        verdict.check(f"{name}: one thread a link, and no more than the helper beside them", 0 < row.threads <= 1 + 1 / row.links, row.threads)
        # The socket, the waker, and what it waits with; one process has a few of its own.
        verdict.check(f"{name}: few descriptors a link", row.descriptors <= 3 + 4 / row.links, row.descriptors)
    few, many = by_count.get(8), by_count.get(256)
    if few is not None and many is not None:
        verdict.check("memory a link at 256 is at most 1.3 x that at 8", many.rss_kib <= few.rss_kib * 1.3, (few.rss_kib, many.rss_kib))
        verdict.check("live heap a link at 256 is at most 1.3 x that at 8", many.heap_kib <= few.heap_kib * 1.3, (few.heap_kib, many.heap_kib))
        # One to ping and one for the pong: one wake-up a second at this heartbeat.
        verdict.check("idle wake-ups a link do not grow", many.wakeups <= few.wakeups * 1.3 + 0.2, (few.wakeups, many.wakeups))
    if many is not None:
        verdict.check("all idle wake-ups are the heartbeat's", many.wakeups <= 2 * 1000 / HEARTBEAT_MS * 1.3, many.wakeups)
    verdict.check(f"{crowd.editors} editors: every answer is right", not crowd.wrong, crowd.wrong[:2])
    verdict.check(f"{crowd.editors} editors: each ended well", crowd.ended_well)


def chart_of(figures: list[Figures], bare: dict[str, float]) -> Chart:
    def line(name: str, of: str, is_dashed: bool = False) -> Series:
        return Series(name, [(row.links, getattr(row, of)) for row in figures], True, is_dashed)

    ends = [figures[0].links, figures[-1].links]
    return Chart(
        "Many links in one process",
        "Each against one server. Memory is what the process gained, parted among the links.",
        "links in the process",
        [
            Panel("Memory of a link", "KiB a link", [
                line("RSS", "rss_kib"),
                line("RSS after use", "used_kib", True),
                line("live heap", "heap_kib"),
                line("stack of its thread", "stack_kib"),
                Series("bare thread + socket", [(at, bare["--bare"]) for at in ends], is_dashed=True),
            ], is_log=True),
            Panel("Idle: wake-ups (a heartbeat every 2 s)", "a second and link", [line("wake-ups", "wakeups")], height=110),
            Panel("Idle: CPU time of the I/O threads", "us a second and link", [line("CPU", "io_cpu_us")], height=110),
            Panel("A frame that polls all links and finds nothing (thread CPU)", "us", [line("p50", "frame_us"), line("p99", "frame_p99_us")], is_log=True),
            Panel("Until all are connected", "ms", [
                line("at the start", "connected_ms"),
                line("of which opening", "opening_ms", True),
                line("after a restart", "recovered_ms"),
            ], is_log=True),
        ],
        is_log=True,
        x_ticks=[float(row.links) for row in figures],
    )


def record(figures: list[Figures], crowd: Crowd, bare: dict[str, float], verdict: Verdict) -> None:
    last, held = figures[-1], not verdict.failures
    counts = ", ".join(str(row.links) for row in figures)
    write("scale", [
        Row("one thread owns a socket, and is woken by nothing but its heartbeat", f"{counts} idle links in one process", f"heartbeats every {HEARTBEAT_MS / 1000:g} s",
            f"{last.wakeups:.2f} wake-ups a second and link at {last.links}, {figures[0].wakeups:.2f} at {figures[0].links}", held),
        Row("P7: the cost of a link does not grow with their number", f"{counts} links in one process", "memory, descriptors, threads",
            f"{last.rss_kib:.0f} KiB RSS, {last.descriptors:.0f} descriptors, {last.threads:.0f} thread a link at {last.links}", held),
        Row("the frame thread never waits", f"one frame polls {last.links} idle links", "60 frames a second", f"{last.frame_us:.1f} us of thread CPU (p50), {last.frame_ns:.0f} ns a link", held),
        Row("P1: each answer once, and that of the link that was asked", f"{counts} links; {crowd.editors} editor processes", "before and after a server restart", "every answer right", held),
        Row("all come back after the server restarts", f"{last.links} links dial at once", f"server away for {one_process.AWAY:g} s",
            f"all back {last.recovered_ms:.0f} ms after it listens, up to {last.busiest_10ms} within the same 10 ms", held),
    ], [f"The stack of a link's thread takes {last.stack_kib:.0f} KiB; a thread that waits for a socket of its own takes {bare['--bare'] - bare['--bare-one']:.0f} KiB more than one of many sockets that share a thread."])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--serve", required=True, help="the `framewire` program")
    parser.add_argument("--host", required=True, help="the editor of tests/c")
    parser.add_argument("--links", required=True, help="the program beside this one")
    parser.add_argument("--counts", default="1,8,64,256", help="how many links, smallest first")
    parser.add_argument("--editors", type=int, default=24, help="how many processes")
    parser.add_argument("--idle", type=float, default=6.0, help="seconds of looking at nothing")
    parser.add_argument("--compare", action="store_true", help="also with small queues, and with jitter")
    arguments = parser.parse_args()
    if not is_possible("test-scale"):
        return 0
    # Ended from outside, it still ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    verdict = Verdict()
    figures = []
    try:
        for count in [int(text) for text in arguments.counts.split(",")]:
            print(f"  {count} links in one process", flush=True)
            figures.append(one_process.measure(PLACE, arguments.serve, arguments.links, count, arguments.idle))
        print(f"  {arguments.editors} editors, a process each", flush=True)
        crowd = many_processes.measure(PLACE, arguments.serve, arguments.host, arguments.editors)
        bare = one_process.bare(PLACE, arguments.links, figures[-1].links)
    except TimeoutError as error:
        print(f"  {error}\n0 passed, 1 failed")
        return 1
    check(figures, crowd, verdict)
    print(table(figures))
    print(f"  bare, {figures[-1].links} sockets: {bare['--bare']:.1f} KiB each with a thread of its own, {bare['--bare-one']:.1f} KiB with one for all")
    print(
        f"  {crowd.editors} editors: {crowd.share_kib:.0f} KiB and {crowd.threads:.0f} threads each, all connected after {crowd.connected_ms:.0f} ms, "
        f"answered in {crowd.answers_ms:.0f} ms (4 frames a second), back {crowd.recovered_ms:.0f} ms after the server; "
        f"server: {crowd.server_kib:.0f} KiB an editor, {crowd.server_threads} threads"
    )
    print(f"  a MiB in and out again keeps one I/O thread busy for {figures[0].mib_us:.0f} us")
    if arguments.compare:
        compare(arguments, figures[-1])
    (PLACE / "curve.svg").write_text(draw(chart_of(figures, bare)), encoding="utf-8")
    record(figures, crowd, bare, verdict)
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(f"  {sum(one.ru_utime + one.ru_stime for one in usage):.0f} s of CPU; the curve is {PLACE / 'curve.svg'}")
    for failure in verdict.failures:
        print(f"  {failure}")
    print(f"{verdict.passed} passed, {len(verdict.failures)} failed")
    return 1 if verdict.failures else 0


def compare(arguments: argparse.Namespace, plain: Figures) -> None:
    """The largest number once more: with jitter, and with small queues."""
    for words, options in (("jitter of 50 %", ["--jitter", "50"]), ("queues of 64", ["--queue", "64"])):
        row = one_process.measure(PLACE, arguments.serve, arguments.links, plain.links, arguments.idle, options)
        print(
            f"  {plain.links} links, {words}: {row.rss_kib:.0f} KiB RSS and {row.heap_kib:.0f} KiB heap a link; "
            f"back {row.recovered_ms:.0f} ms after the server, half of them after {row.recovered_p50_ms:.0f} ms, up to {row.busiest_10ms} within the same 10 ms"
        )


if __name__ == "__main__":
    sys.exit(main())
