"""What must hold of the figures, and what they show."""

import one_process
from judge import Verdict
from many_processes import Crowd
from one_process import HEARTBEAT_MS, Figures
from record import Row, write


def check(figures: list[Figures], crowd: Crowd, verdict: Verdict) -> None:
    by_count = {row.links: row for row in figures}
    for row in figures:
        name = f"{row.links} links"
        verdict.check(f"{name}: every answer is that of the link that was asked", not row.wrong, row.wrong[:2])
        verdict.check(
            f"{name}: one thread a link, and no more than the helper beside them",
            0 < row.threads <= 1 + 1 / row.links,
            row.threads,
        )
        # The socket, the waker, and what it waits with; one process has a few of its own.
        verdict.check(f"{name}: few descriptors a link", row.descriptors <= 3 + 4 / row.links, row.descriptors)
    few, many = by_count.get(8), by_count.get(256)
    if few is not None and many is not None:
        verdict.check(
            "memory a link at 256 is at most 1.3 x that at 8",
            many.rss_kib <= few.rss_kib * 1.3,
            (few.rss_kib, many.rss_kib),
        )
        verdict.check(
            "live heap a link at 256 is at most 1.3 x that at 8",
            many.heap_kib <= few.heap_kib * 1.3,
            (few.heap_kib, many.heap_kib),
        )
        # One to ping and one for the pong: one wake-up a second at this heartbeat.
        verdict.check(
            "idle wake-ups a link do not grow", many.wakeups <= few.wakeups * 1.3 + 0.2, (few.wakeups, many.wakeups)
        )
    if many is not None:
        verdict.check(
            "all idle wake-ups are the heartbeat's", many.wakeups <= 2 * 1000 / HEARTBEAT_MS * 1.3, many.wakeups
        )
    verdict.check(f"{crowd.editors} editors: every answer is right", not crowd.wrong, crowd.wrong[:2])
    verdict.check(f"{crowd.editors} editors: each ended well", crowd.ended_well)


def record(figures: list[Figures], crowd: Crowd, bare: dict[str, float], verdict: Verdict) -> None:
    last, held = figures[-1], not verdict.failures
    counts = ", ".join(str(row.links) for row in figures)
    write(
        "scale",
        [
            Row(
                "one thread owns a socket, and is woken by nothing but its heartbeat",
                "more and more idle links in one process",
                f"{counts}; heartbeats every {HEARTBEAT_MS / 1000:g} s",
                f"{last.wakeups:.2f} wake-ups a second and link at {last.links}, {figures[0].wakeups:.2f} at {figures[0].links}",
                held,
            ),
            Row(
                "P7: the cost of a link does not grow with their number",
                "more and more links in one process: memory, descriptors, threads",
                counts,
                f"{last.rss_kib:.0f} KiB RSS, {last.descriptors:.0f} descriptors, {last.threads:.0f} thread a link at {last.links}",
                held,
            ),
            Row(
                "the frame thread never waits",
                "one frame polls all idle links, 60 times a second",
                f"{last.links} links",
                f"{last.frame_us:.1f} us of thread CPU (p50), {last.frame_ns:.0f} ns a link",
                held,
            ),
            Row(
                "P1: each answer once, and that of the link that was asked",
                "many links, many editor processes, before and after a server restart",
                f"{counts} links; {crowd.editors} processes",
                "every answer right",
                held,
            ),
            Row(
                "all come back after the server restarts",
                "all links dial at once",
                f"{last.links} links; server away for {one_process.AWAY:g} s",
                f"all back {last.recovered_ms:.0f} ms after it listens, up to {last.busiest_10ms} within the same 10 ms",
                held,
            ),
        ],
        [
            f"The stack of a link's thread takes {last.stack_kib:.0f} KiB; a thread that waits for a socket of its own takes {bare['--bare'] - bare['--bare-one']:.0f} KiB more than one of many sockets that share a thread."
        ],
    )
