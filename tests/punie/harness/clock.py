"""How deadlines are judged: by the events' own times, exactly from below and generously from above."""

from __future__ import annotations

from .link import Event

MS = 1_000_000
# An event is made by a thread that a busy machine may let wait; only a missing deadline takes longer than this.
SLACK_MS = 5_000


def took(event: Event, begun_ns: int) -> float:
    """Milliseconds from `begun_ns` to the event."""
    return (event.time_ns - begun_ns) / MS
