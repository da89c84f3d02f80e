"""Draws charts as SVG: panels over one common axis, lanes of events below them. Needs nothing but Python.

`python3 tests/plot/chart.py` checks itself.
"""

from dataclasses import dataclass, field
from html import escape
from xml.etree import ElementTree

from axes import Axis, range_of, ticks, written

Point = tuple[float, float]

# Told apart by people who see colours differently, too (after Okabe and Ito).
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5195", "#333333"]

WIDTH = 1180
LEFT, RIGHT = 92, 190
PANEL_GAP = 46
TOP = 64
LANE = 17
STYLE = (
    "text{font-family:'DejaVu Sans',Verdana,sans-serif;fill:#333;font-size:12px}"
    ".title{font-size:18px;font-weight:bold}.panel{font-size:13px;font-weight:bold}.small{font-size:11px;fill:#555}"
    ".grid{stroke:#e4e4e4}.frame{fill:none;stroke:#999}.line{fill:none;stroke-width:1.6;stroke-linejoin:round}"
)


@dataclass
class Series:
    """One line of a panel. A gap of None breaks it."""

    name: str
    points: list[tuple[float, float | None]]
    has_dots: bool = False
    is_dashed: bool = False


@dataclass
class Panel:
    title: str
    unit: str
    series: list[Series]
    is_log: bool = False
    height: int = 150
    # Stretches that are shaded, and what they are called.
    shades: list[tuple[float, float, str]] = field(default_factory=list)


@dataclass
class Lane:
    """Events of one kind: when each began and ended (the same = a moment)."""

    name: str
    spans: list[tuple[float, float]]


@dataclass
class Chart:
    title: str
    subtitle: str
    x_label: str
    panels: list[Panel]
    lanes: list[Lane] = field(default_factory=list)
    is_log: bool = False
    # Marks on the common axis; without them round numbers are chosen.
    x_ticks: list[float] = field(default_factory=list)


def draw(chart: Chart) -> str:
    """The chart as an SVG document."""
    return _Drawing(chart).whole()


class _Drawing:
    def __init__(self, chart: Chart):
        self.chart = chart
        self.parts: list[str] = []
        across = [x for panel in chart.panels for series in panel.series for x, _ in series.points]
        across += [x for lane in chart.lanes for span in lane.spans for x in span]
        low, high = (min(across), max(across)) if across else (0.0, 1.0)
        if chart.is_log:
            low, high = low / 1.25, high * 1.25
        elif high <= low:
            high = low + 1.0
        self.x = Axis(low, high, LEFT, WIDTH - RIGHT, chart.is_log)
        self.x_ticks = chart.x_ticks or ticks(low, high, chart.is_log, 10)

    def whole(self) -> str:
        self.text(LEFT, 26, self.chart.title, "title")
        self.text(LEFT, 44, self.chart.subtitle, "small")
        top = TOP + 16
        for panel in self.chart.panels:
            self.panel(panel, top)
            top += panel.height + PANEL_GAP
        if self.chart.lanes:
            top = self.lanes(top)
        self.text((LEFT + WIDTH - RIGHT) / 2, top - 6, self.chart.x_label, "", "middle")
        height = top + 12
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'
            f"<style>{STYLE}</style>"
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>{"".join(self.parts)}</svg>\n'
        )

    def panel(self, panel: Panel, top: float) -> None:
        bottom = top + panel.height
        values = [y for series in panel.series for _, y in series.points if y is not None]
        low, high = range_of(values, panel.is_log)
        y = Axis(low, high, bottom, top, panel.is_log)
        for begin, end, name in panel.shades:
            left, right = self.x.place(begin), self.x.place(end)
            self.parts.append(
                f'<rect x="{left:.1f}" y="{top}" width="{right - left:.1f}" height="{panel.height}" fill="#f4f1e8"/>'
            )
            self.text((left + right) / 2, top + 13, name, "small", "middle")
        for tick in ticks(low, high, panel.is_log, 5):
            place = y.place(tick)
            self.line(LEFT, place, WIDTH - RIGHT, place, "grid")
            self.text(LEFT - 7, place + 4, written(tick), "", "end")
        self.across(top, bottom)
        self.text(LEFT, top - 8, panel.title, "panel")
        self.parts.append(
            f'<text transform="translate(22 {(top + bottom) / 2:.1f}) rotate(-90)" text-anchor="middle">{escape(panel.unit)}</text>'
        )
        for index, series in enumerate(panel.series):
            colour = COLOURS[index % len(COLOURS)]
            self.series(series, y, colour)
            self.legend(series, top + 10 + 18 * index, colour)

    def across(self, top: float, bottom: float) -> None:
        """The grid of the common axis, its numbers and a frame."""
        for tick in self.x_ticks:
            place = self.x.place(tick)
            self.line(place, top, place, bottom, "grid")
            self.text(place, bottom + 15, written(tick), "", "middle")
        self.parts.append(
            f'<rect class="frame" x="{LEFT}" y="{top}" width="{WIDTH - RIGHT - LEFT}" height="{bottom - top}"/>'
        )

    def series(self, series: Series, y: Axis, colour: str) -> None:
        dash = ' stroke-dasharray="5 3"' if series.is_dashed else ""
        for run in _runs(series.points):
            places = " ".join(f"{self.x.place(at):.1f},{y.place(value):.1f}" for at, value in run)
            self.parts.append(f'<polyline class="line" stroke="{colour}"{dash} points="{places}"/>')
            if series.has_dots or len(run) == 1:
                self.parts += [
                    f'<circle cx="{self.x.place(at):.1f}" cy="{y.place(value):.1f}" r="3" fill="{colour}"/>'
                    for at, value in run
                ]

    def legend(self, series: Series, top: float, colour: str) -> None:
        left = WIDTH - RIGHT + 14
        dash = ' stroke-dasharray="5 3"' if series.is_dashed else ""
        self.parts.append(
            f'<line x1="{left}" y1="{top}" x2="{left + 20}" y2="{top}" stroke="{colour}" stroke-width="3"{dash}/>'
        )
        self.text(left + 26, top + 4, series.name)

    def lanes(self, top: float) -> float:
        lanes = self.chart.lanes
        bottom = top + LANE * len(lanes)
        self.text(LEFT, top - 8, "what was done", "panel")
        self.across(top, bottom)
        for index, lane in enumerate(lanes):
            middle = top + LANE * (index + 0.5)
            colour = COLOURS[index % len(COLOURS)]
            self.text(WIDTH - RIGHT + 14, middle + 4, f"{lane.name} ({len(lane.spans)})")
            for begin, end in lane.spans:
                left = self.x.place(begin)
                width = max(2.0, self.x.place(end) - left)
                self.parts.append(
                    f'<rect x="{left:.1f}" y="{middle - 6:.1f}" width="{width:.1f}" height="12" fill="{colour}" opacity="0.75"/>'
                )
        return bottom + PANEL_GAP

    def line(self, left: float, top: float, right: float, bottom: float, kind: str) -> None:
        self.parts.append(f'<line class="{kind}" x1="{left:.1f}" y1="{top:.1f}" x2="{right:.1f}" y2="{bottom:.1f}"/>')

    def text(self, x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> None:
        self.parts.append(f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>')


def _runs(points: list[tuple[float, float | None]]) -> list[list[Point]]:
    """The stretches without a gap."""
    runs: list[list[Point]] = [[]]
    for at, value in points:
        if value is None:
            runs.append([])
        else:
            runs[-1].append((at, value))
    return [run for run in runs if run]


def check() -> None:
    series = Series("a <b>", [(0, 1.0), (1, None), (2, 1000.0), (3, 10.0)])
    chart = Chart(
        "T",
        "s",
        "seconds",
        [Panel("p", "KiB", [series]), Panel("q", "us", [series], is_log=True)],
        [Lane("l", [(1, 2)])],
    )
    root = ElementTree.fromstring(draw(chart))
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    # Each panel shows the line before the gap and the one behind it.
    assert names.count("polyline") == 4, names.count("polyline")
    assert "a <b>" in [element.text for element in root.iter()]
    assert ticks(0, 100, False, 5) == [0, 20, 40, 60, 80, 100] and ticks(1, 1000, True, 5) == [1, 10, 100, 1000]
    assert range_of([3, 97], False) == (0.0, 100.0) and range_of([0.02], True) == (0.01, 0.1)
    assert [written(value) for value in (0, 0.25, 20, 1500, 15000, 2.5e6)] == ["0", "0.25", "20", "1500", "15k", "2.5M"]
    ElementTree.fromstring(draw(Chart("empty", "", "x", [Panel("p", "u", [])])))


if __name__ == "__main__":
    check()
    print("chart: good")
