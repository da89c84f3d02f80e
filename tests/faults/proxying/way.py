"""One direction of a proxied connection: what was read, and when it may go on."""

from __future__ import annotations

import random
import socket
from collections import deque
from typing import Protocol

from .frames import Frames

# What is read at once, and what is held back before reading stops.
PIECE = 65_536
MOST_HELD = 262_144


class Timing(Protocol):
    @property
    def delay_ms(self) -> float: ...
    @property
    def jitter_ms(self) -> float: ...
    @property
    def upgrade_byte_ms(self) -> float: ...


class Way:
    """From `source` to `sink`; both are non-blocking. Only of what goes to the client are the frames known."""

    def __init__(self, source: socket.socket, sink: socket.socket, chance: random.Random, to_client: bool) -> None:
        self.source = source
        self.sink = sink
        # The source has said all; so has this way, then.
        self.has_ended = False
        self.has_told_end = False
        self._chance = chance
        self._held: deque[tuple[float, memoryview]] = deque()
        self._held_bytes = 0
        self._last_due = 0.0
        self._free_at = 0.0
        self._read_frames = Frames() if to_client else None
        self._sent_frames = Frames() if to_client else None
        self._last_words: bytes | None = None
        self._is_muted = False

    @property
    def has_room(self) -> bool:
        return not self.has_ended and self._held_bytes < MOST_HELD

    def due_at(self) -> float | None:
        """When there is something to write next."""
        return max(self._held[0][0], self._free_at) if self._held else None

    def is_due(self, now: float) -> bool:
        due = self.due_at()
        return due is not None and due <= now

    def end_with(self, words: bytes) -> None:
        """Says `words` at the next boundary between two frames, and nothing of the source's after them."""
        self._last_words = words

    def read(self, now: float, timing: Timing) -> None:
        data = self.source.recv(PIECE)
        self.has_ended = not data
        if self._is_muted:
            return
        head = 0
        if self._read_frames is not None and self._read_frames.is_head:
            head = self._read_frames.before_boundary(data)
            self._read_frames.take(data[:head])
        if not timing.upgrade_byte_ms:
            head = 0
        for at in range(head):
            self._hold(data[at : at + 1], max(now, self._last_due) + timing.upgrade_byte_ms / 1000)
        if data[head:]:
            late = (timing.delay_ms + self._chance.random() * timing.jitter_ms) / 1000
            self._hold(data[head:], now + late)

    def _hold(self, data: bytes, due: float) -> None:
        self._last_due = max(self._last_due, due)
        self._held.append((self._last_due, memoryview(data)))
        self._held_bytes += len(data)

    def write(self, now: float, rate: int, allowance: int | None) -> int:
        """Writes what is due and may go; how many bytes that were."""
        sent = 0
        while (piece := self._next(now, rate, allowance, sent)) is not None:
            try:
                used = self.sink.send(piece)
            except BlockingIOError:
                break
            if self._sent_frames is not None:
                self._sent_frames.take(piece[:used])
            self._used(used)
            sent += used
            if rate:
                self._free_at = max(self._free_at, now) + used / rate
        if self.has_ended and not self._held and not self.has_told_end:
            self.has_told_end = True
            self.sink.shutdown(socket.SHUT_WR)
        return sent

    def _next(self, now: float, rate: int, allowance: int | None, sent: int) -> memoryview | None:
        """What may go now, all in one piece."""
        if self._last_words is not None and self._sent_frames is not None and self._sent_frames.at_boundary:
            self._held.clear()
            self._held_bytes = 0
            self._hold(self._last_words, now)
            self._last_words = None
            self._is_muted = True
        if not self.is_due(now) or (allowance is not None and sent >= allowance):
            return None
        piece = self._held[0][1]
        if rate:
            # About a hundred pieces a second.
            piece = piece[: max(1, rate // 100)]
        if allowance is not None:
            piece = piece[: allowance - sent]
        if self._last_words is not None and self._sent_frames is not None:
            piece = piece[: self._sent_frames.before_boundary(piece)]
        return piece

    def _used(self, count: int) -> None:
        due, data = self._held.popleft()
        self._held_bytes -= count
        if count < len(data):
            self._held.appendleft((due, data[count:]))
