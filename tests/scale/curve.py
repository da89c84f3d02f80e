"""The curve: what a link costs by their number, as a table and as a chart."""

from chart import Chart, Panel, Series
from one_process import Figures

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
    return "\n".join(
        "  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )


def chart_of(figures: list[Figures], bare: dict[str, float]) -> Chart:
    def line(name: str, of: str, is_dashed: bool = False) -> Series:
        return Series(name, [(row.links, getattr(row, of)) for row in figures], True, is_dashed)

    ends = [figures[0].links, figures[-1].links]
    return Chart(
        "Many links in one process",
        "Each against one server. Memory is what the process gained, parted among the links.",
        "links in the process",
        [
            Panel(
                "Memory of a link",
                "KiB a link",
                [
                    line("RSS", "rss_kib"),
                    line("RSS after use", "used_kib", True),
                    line("live heap", "heap_kib"),
                    line("stack of its thread", "stack_kib"),
                    Series("bare thread + socket", [(at, bare["--bare"]) for at in ends], is_dashed=True),
                ],
                is_log=True,
            ),
            Panel(
                "Idle: wake-ups (a heartbeat every 2 s)", "a second and link", [line("wake-ups", "wakeups")], height=110
            ),
            Panel("Idle: CPU time of the I/O threads", "us a second and link", [line("CPU", "io_cpu_us")], height=110),
            Panel(
                "A frame that polls all links and finds nothing (thread CPU)",
                "us",
                [line("p50", "frame_us"), line("p99", "frame_p99_us")],
                is_log=True,
            ),
            Panel(
                "Until all are connected",
                "ms",
                [
                    line("at the start", "connected_ms"),
                    line("of which opening", "opening_ms", True),
                    line("after a restart", "recovered_ms"),
                ],
                is_log=True,
            ),
        ],
        is_log=True,
        x_ticks=[float(row.links) for row in figures],
    )
