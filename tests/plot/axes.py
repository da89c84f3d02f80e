"""From values to places on a page: ranges, ticks, and how numbers are written beside them."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Axis:
    """Values from `low` to `high`, shown between the places `start` and `end`."""

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def place(self, value: float) -> float:
        if self.is_log:
            value = max(value, self.low)
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)


def range_of(values: list[float], is_log: bool, is_from_zero: bool = True) -> tuple[float, float]:
    """Where an axis begins and ends that is to show these values."""
    if is_log:
        present = [value for value in values if value > 0] or [1.0]
        low = 10.0 ** math.floor(math.log10(min(present)))
        high = 10.0 ** math.ceil(math.log10(max(present)))
        return low, high if high > low else low * 10
    low, high = min(values, default=0.0), max(values, default=1.0)
    if is_from_zero:
        low = min(low, 0.0)
    if high <= low:
        high = low + 1.0
    # The line is not to run along the edge.
    steps = ticks(low, high * 1.05 if high > 0 else high, False, 5)
    step = steps[1] - steps[0] if len(steps) > 1 else 1.0
    return low, math.ceil(high * 1.02 / step) * step


def ticks(low: float, high: float, is_log: bool, about: int) -> list[float]:
    """Round numbers from `low` to `high`."""
    if is_log:
        first, last = round(math.log10(low)), round(math.log10(high))
        step = max(1, math.ceil((last - first) / about))
        return [10.0**power for power in range(first, last + 1, step)]
    rough = (high - low) / max(about, 1)
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def written(value: float) -> str:
    """A number as people read it: 1 500 000 as 1.5M, 0.25 as it is."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            size = 1e3 if letter == "k" else size
            return f"{value / size:.3g}{letter}"
    return f"{value:.4g}"
