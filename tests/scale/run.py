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
from chart import draw
from curve import chart_of, table
from judge import Verdict
from one_process import Figures
from verdicts import check, record
from weigh import is_possible

PLACE = TESTS.parent / "target" / "scale"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--serve", required=True, help="the `framewire` program")
    parser.add_argument("--host", required=True, help="the editor of tests/c")
    parser.add_argument("--links", required=True, help="the program beside this one")
    parser.add_argument("--counts", default="1,8,64,256", help="how many links, smallest first")
    parser.add_argument("--editors", type=int, default=24, help="how many processes")
    parser.add_argument("--idle", type=float, default=7.0, help="seconds of looking at nothing")
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
    print(
        f"  bare, {figures[-1].links} sockets: {bare['--bare']:.1f} KiB each with a thread of its own, {bare['--bare-one']:.1f} KiB with one for all"
    )
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
        print(f"  FAILED {failure}")
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
