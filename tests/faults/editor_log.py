"""What an editor notes down: what it was handed out, what it ran, what it sent, and how each of those ended."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Send:
    number: int
    key: str
    # "answer", "news".
    kind: str
    # Of the connection that it was accepted for; 0 where that changed during the call.
    generation: int


@dataclass
class EditorLog:
    # Keys of the commands that ran, in order. A domain that comes later reads it before it runs one.
    ran: list[str] = field(default_factory=list)
    # Key of each request handed out, by id; ids of those that were handed out again.
    requests: dict[int, str] = field(default_factory=dict)
    orphans: list[int] = field(default_factory=list)
    # Ways in which each request ended: statuses of answers that settle, reasons of REQUEST_ENDED.
    ends: dict[int, list[str]] = field(default_factory=dict)
    sends: list[Send] = field(default_factory=list)
    # Runs of sends that were told as dropped, and why.
    dropped: list[tuple[int, int, str]] = field(default_factory=list)
    # Our own calls by id, and the reasons and keys of their ends.
    calls: dict[int, str] = field(default_factory=dict)
    responses: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    # Keys of what was told without wanting an answer, by generation, and how many such were dropped.
    told: dict[int, list[str]] = field(default_factory=dict)
    told_dropped: int = 0
    # OPENED, ACKNOWLEDGED, CONNECT_FAILED, RECONNECTING, CLOSED, with their fields.
    life: list[dict[str, Any]] = field(default_factory=list)
    # Generations of all other events, in order, without repetitions.
    order: list[tuple[str, int]] = field(default_factory=list)
    events: int = 0
    polls: int = 0
    # Statuses of sends that were refused.
    refused: dict[str, int] = field(default_factory=dict)
    reloads: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    stats: dict[str, int] = field(default_factory=dict)
    outstanding: int = 0
    close_status: str = ""
    close_report: dict[str, int] = field(default_factory=dict)
    # Above what was there before the link: at most, and when it was closed.
    heap_peak: int | None = None
    heap_left: int | None = None
    calls_timed: dict[str, Any] = field(default_factory=dict)
    descriptors_left: int = 0
    threads_left: list[str] = field(default_factory=list)

    def end(self, request: int, how: str) -> None:
        self.ends.setdefault(request, []).append(how)

    def count(self, kind: str) -> int:
        """How often its life came to this."""
        return sum(event["kind"] == kind for event in self.life)

    @property
    def skipped(self) -> int:
        """Connections that came and went without events of their own."""
        return sum(event["skipped"] for event in self.life if event["kind"] == "CLOSED")

    def refuse(self, status: str) -> None:
        self.refused[status] = self.refused.get(status, 0) + 1

    def plain(self) -> dict[str, Any]:
        return asdict(self)
